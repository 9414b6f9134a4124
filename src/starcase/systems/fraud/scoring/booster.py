"""Trees in LightGBM's text format, with its fast path for single rows."""

from __future__ import annotations

import ctypes
import struct
import threading
import weakref
from collections.abc import Sequence

import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.lightgbm_library import (
    ALL_TREES,
    FLOAT32,
    FLOAT64,
    NORMAL,
    PARAMETERS,
    RAW,
    check_return_code,
    load_library,
)


class Booster:
    """A loaded model; each thread gets a handle of its own.

    Args:
        text: the model as LightGBM writes it.
        columns: number of features.
        raw: give the sum of the trees instead of the probability.
        single: round features to float32 first, as scikit-learn's forests do.

    Raises:
        ArtefactError: the text is not a model.

    Source: LightGBM 4 C API, ``LGBM_BoosterPredictForMatSingleRowFast``.
    """

    def __init__(self, text: str, columns: int, *, raw: bool = False, single: bool = False) -> None:
        self.text = text
        self.columns = columns
        self._type = RAW if raw else NORMAL
        self._data = FLOAT32 if single else FLOAT64
        self._dtype: type[np.float32 | np.float64] = np.float32 if single else np.float64
        self._handle = _load_booster(text)
        weakref.finalize(self, load_library().LGBM_BoosterFree, self._handle)
        self._threads = threading.local()

    def row(self, values: Sequence[float], /) -> float:
        """The prediction for one row, bit-identical to that of ``rows`` and of ``lightgbm.Booster.predict``."""
        try:
            path: _FastPath = self._threads.path
        except AttributeError:
            path = self._threads.path = _FastPath(self._handle, self.columns, self._type, self._data)
        return path(values)

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The predictions for many rows, (n, d) to (n,), on one thread."""
        data = np.ascontiguousarray(x, dtype=self._dtype)
        n, columns = data.shape
        out = np.empty(n)
        length = ctypes.c_int64(0)
        if n:
            check_return_code(
                load_library().LGBM_BoosterPredictForMat(
                    self._handle, data.ctypes.data_as(ctypes.c_void_p), ctypes.c_int(self._data), ctypes.c_int32(n),
                    ctypes.c_int32(columns), ctypes.c_int(1), ctypes.c_int(self._type), ctypes.c_int(0),
                    ctypes.c_int(ALL_TREES), ctypes.c_char_p(PARAMETERS), ctypes.byref(length),
                    out.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
                )
            )  # fmt: skip
        return out


class _FastPath:
    """One thread's buffers and prepared configuration."""

    __slots__ = ("__weakref__", "_arguments", "_buffer", "_columns", "_fill", "_out", "_predict")

    def __init__(self, handle: ctypes.c_void_p, columns: int, kind: int, data: int) -> None:
        config = ctypes.c_void_p()
        check_return_code(
            load_library().LGBM_BoosterPredictForMatSingleRowFastInit(
                handle, ctypes.c_int(kind), ctypes.c_int(0), ctypes.c_int(ALL_TREES), ctypes.c_int(data),
                ctypes.c_int32(columns), ctypes.c_char_p(PARAMETERS), ctypes.byref(config),
            )
        )  # fmt: skip
        weakref.finalize(self, load_library().LGBM_FastConfigFree, config)
        self._columns = columns
        self._buffer = ((ctypes.c_float if data == FLOAT32 else ctypes.c_double) * columns)()
        self._fill = struct.Struct(f"{columns}d").pack_into if data == FLOAT64 else None
        self._out = ctypes.c_double()
        length = ctypes.c_int64()
        self._predict = load_library().LGBM_BoosterPredictForMatSingleRowFast
        self._arguments = (config, ctypes.byref(self._buffer), ctypes.byref(length), ctypes.byref(self._out))

    def __call__(self, values: Sequence[float]) -> float:
        if len(values) != self._columns:
            raise ValueError(f"{len(values)} features, and the model expects {self._columns}")
        if self._fill is None:
            self._buffer[:] = values
        else:
            try:
                self._fill(self._buffer, 0, *values)
            except struct.error as error:
                raise TypeError(f"a feature is not a number: {error}") from error
        code = self._predict(*self._arguments)
        if code:
            check_return_code(code)
        return self._out.value


def _load_booster(text: str) -> ctypes.c_void_p:
    handle, iterations = ctypes.c_void_p(), ctypes.c_int(0)
    check_return_code(
        load_library().LGBM_BoosterLoadModelFromString(
            ctypes.c_char_p(text.encode()), ctypes.byref(iterations), ctypes.byref(handle)
        )
    )
    return handle
