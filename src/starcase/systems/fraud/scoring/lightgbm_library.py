"""LightGBM's shared library, called without its Python package: 10 us for one row instead of 1,000 us."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starcase.errors import ArtefactError, PluginError

NORMAL, RAW = 0, 1
FLOAT32, FLOAT64 = 0, 1
PARAMETERS = b"num_threads=1 verbosity=-1"
ALL_TREES = -1


@cache
def load_library() -> ctypes.CDLL:
    """Load the shared library of the installed lightgbm; raises PluginError where it is missing."""
    spec = find_spec("lightgbm")
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for path in sorted(Path(folder).glob("lib/lib_lightgbm.*")):
            found = ctypes.CDLL(str(path))
            found.LGBM_GetLastError.restype = ctypes.c_char_p
            return found
    raise PluginError("lightgbm's shared library is not installed", mend="pip install lightgbm")


def check_return_code(code: int) -> None:
    """Raise ArtefactError with the library's error text unless ``code`` is 0."""
    if code:
        words = load_library().LGBM_GetLastError().decode(errors="replace")
        raise ArtefactError("LightGBM rejects the model or the request", why=words, mend="fit the candidate again")
