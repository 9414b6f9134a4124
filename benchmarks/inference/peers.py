"""An environment of their own for the libraries the engine is held against."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
REQUIREMENTS = HERE / "peers" / "inference.txt"
HOME = HERE.parent / ".bench" / "inference"


def python() -> Path:
    """The peers' interpreter; the environment is made at the first call, and again when its requirements change."""
    mark, wanted = HOME / ".ready", hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    found = HOME / "bin" / "python"
    if not mark.exists() or mark.read_text() != wanted:
        print("making an environment for the peers; this takes a minute", file=sys.stderr)
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([found, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True, capture_output=True)
        mark.write_text(wanted)
    return found


def ask(script: str, *arguments: str) -> Any:
    """What a script prints as JSON, run with the peers' libraries."""
    alone = {**os.environ, "PYTHONPATH": ""}
    run = subprocess.run(
        [python(), HERE / "peers" / script, *arguments], check=True, capture_output=True, text=True, env=alone
    )
    return json.loads(run.stdout)
