"""The same single-row call for every peer, loaded by its path, so that a peer's environment needs no Starcase."""

from __future__ import annotations

import importlib.util
import os
import sys

ROOT = os.environ["BENCH_ROOT"]
sys.path.insert(0, f"{ROOT}/src")
_spec = importlib.util.spec_from_file_location(
    "trees_of_starcase", f"{ROOT}/src/starcase/serving/models/formats/trees.py"
)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
with open(os.environ["BENCH_MODEL"]) as _file:
    TREES = _module.Trees(_file.read())
