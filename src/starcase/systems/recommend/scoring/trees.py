"""Trees in LightGBM's text format, asked through its C interface: a hundred rows cost tens of microseconds."""

from __future__ import annotations

import ctypes
import weakref
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from starcase.errors import ArtefactError, PluginError
from starcase.systems.recommend.arrays import FloatArray

DOUBLE, RAW, ROW_MAJOR, ALL_TREES = 1, 1, 1, -1
PARAMETERS = b"num_threads=1 verbosity=-1"


class Trees:
    """A loaded model that gives the raw sum of its trees.

    Args:
        text: the model as LightGBM writes it.

    Raises:
        ArtefactError: the text is no model.

    Source: LightGBM 4 C API, ``LGBM_BoosterPredictForMat``.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._handle = ctypes.c_void_p()
        iterations = ctypes.c_int(0)
        source = ctypes.c_char_p(text.encode())
        _call(_library().LGBM_BoosterLoadModelFromString(source, ctypes.byref(iterations), ctypes.byref(self._handle)))
        weakref.finalize(self, _library().LGBM_BoosterFree, self._handle)

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The sums for rows of features, (n, d) to (n,), on one thread."""
        data = np.ascontiguousarray(x, dtype=np.float64)
        n, columns = data.shape
        out = np.empty(n)
        length = ctypes.c_int64(0)
        if n:
            _call(
                _library().LGBM_BoosterPredictForMat(
                    self._handle, data.ctypes.data_as(ctypes.c_void_p), ctypes.c_int(DOUBLE), ctypes.c_int32(n),
                    ctypes.c_int32(columns), ctypes.c_int(ROW_MAJOR), ctypes.c_int(RAW), ctypes.c_int(0),
                    ctypes.c_int(ALL_TREES), ctypes.c_char_p(PARAMETERS), ctypes.byref(length),
                    out.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
                )
            )  # fmt: skip
        return out


@cache
def _library() -> ctypes.CDLL:
    spec = find_spec("lightgbm")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob("lib/lib_lightgbm.*")):
            found = ctypes.CDLL(str(path))
            found.LGBM_GetLastError.restype = ctypes.c_char_p
            return found
    raise PluginError("lightgbm's shared library is not installed", mend="pip install lightgbm")


def _call(code: int) -> None:
    if code:
        words = _library().LGBM_GetLastError().decode(errors="replace")
        raise ArtefactError("LightGBM refuses the model or the request", why=words, mend="fit the candidate again")
