"""LightGBM text models through the single-row C API: a row takes microseconds, not a millisecond."""

from __future__ import annotations

import ctypes
import struct
import threading
import weakref
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starcase.errors import ArtefactError, PluginError

_FLOAT64, _NORMAL, _ALL = 1, 0, -1
NAN = float("nan")
_PARAMETERS = ctypes.c_char_p(b"num_threads=1 verbosity=-1")


class Trees:
    """A loaded LightGBM model; every thread has its own buffers, so that threads never mix rows.

    Args:
        text: the model as LightGBM writes it.

    Raises:
        ArtefactError: the text is not a model.

    Source: LightGBM 4 C API, ``LGBM_BoosterPredictForMatSingleRowFast``.
    """

    def __init__(self, text: str) -> None:
        self.names = parse_feature_names(text)
        self._handle, rounds = ctypes.c_void_p(), ctypes.c_int(0)
        self._require_success(
            _load_library().LGBM_BoosterLoadModelFromString(
                ctypes.c_char_p(text.encode()), ctypes.byref(rounds), ctypes.byref(self._handle)
            )
        )
        weakref.finalize(self, _load_library().LGBM_BoosterFree, self._handle)
        self._threads = threading.local()
        self._pack = struct.Struct(f"{len(self.names)}d").pack_into

    def score(self, values: Sequence[float | None]) -> float:
        """Return the prediction for one row, bit for bit that of ``lightgbm.Booster.predict``.

        A missing value is None or NaN.

        Raises:
            TypeError: a value is no number, or there are too many or too few.
        """
        try:
            buffer, out, predict, arguments = self._threads.row
        except AttributeError:
            buffer, out, predict, arguments = self._threads.row = self._create_row_buffer()
        try:
            self._pack(buffer, 0, *values)
        except struct.error:
            self._pack_with_missing(buffer, values)
        code = predict(*arguments)
        if code:
            self._require_success(code)
        return out.value  # type: ignore[no-any-return]

    def _pack_with_missing(self, buffer: Any, values: Sequence[float | None]) -> None:
        try:
            self._pack(buffer, 0, *(NAN if value is None else value for value in values))
        except struct.error as error:
            raise TypeError(str(error)) from error

    def _create_row_buffer(self) -> tuple[Any, Any, Any, tuple[Any, ...]]:
        config, columns = ctypes.c_void_p(), len(self.names)
        self._require_success(
            _load_library().LGBM_BoosterPredictForMatSingleRowFastInit(
                self._handle, _NORMAL, 0, _ALL, _FLOAT64, ctypes.c_int32(columns), _PARAMETERS, ctypes.byref(config)
            )
        )
        buffer, out, length = (ctypes.c_double * columns)(), ctypes.c_double(), ctypes.c_int64()
        weakref.finalize(buffer, _load_library().LGBM_FastConfigFree, config)
        arguments = (config, buffer, ctypes.byref(length), ctypes.byref(out))
        return buffer, out, _load_library().LGBM_BoosterPredictForMatSingleRowFast, arguments

    @staticmethod
    def _require_success(code: int) -> None:
        if code:
            words = _load_library().LGBM_GetLastError().decode(errors="replace")
            raise ArtefactError("LightGBM rejected the model or the request", why=words)


def parse_feature_names(text: str) -> tuple[str, ...]:
    """Return the feature names in a model's text; raises ArtefactError where there are none."""
    line = next((line for line in text.splitlines() if line.startswith("feature_names=")), "")
    names = tuple(line.partition("=")[2].split())
    if not names:
        raise ArtefactError("the text names no features", mend="save it with lightgbm.Booster.save_model")
    return names


@cache
def _load_library() -> ctypes.CDLL:
    specification = find_spec("lightgbm")
    for folder in (specification.submodule_search_locations or []) if specification else []:
        for path in sorted(Path(folder).glob("lib/lib_lightgbm.*")):
            found = ctypes.CDLL(str(path))
            found.LGBM_GetLastError.restype = ctypes.c_char_p
            return found
    raise PluginError("lightgbm's shared library is not installed", mend="pip install lightgbm")
