"""A model file that is code, loaded and run in a separate process."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from typing import Literal

import msgspec

from starcase.errors import ArtefactError

Reader = Literal["pickle", "skops"]
_CHILD = """
import sys, json
import numpy as np
def read(data):
    if sys.argv[1] == "pickle":
        import pickle
        return pickle.loads(data)
    from skops import io
    return io.loads(data, trusted=io.get_untrusted_types(data=data))
out = sys.stdout.buffer; sys.stdout = sys.stderr
length = int(sys.stdin.buffer.readline())
model = read(sys.stdin.buffer.read(length))
gives = getattr(model, "predict_proba", None) or model.predict
names = [str(n) for n in getattr(model, "feature_names_in_", ())]
out.write(json.dumps(names).encode() + b"\\n"); out.flush()
def row(line):
    values = np.array([json.loads(line)], dtype=float)
    if not names: return values
    import polars as pl
    return pl.DataFrame(values, schema=names)
for line in sys.stdin.buffer:
    try: said = float(np.asarray(gives(row(line))).reshape(-1)[-1])
    except Exception as error: said = f"{type(error).__name__}: {error}"
    out.write(json.dumps(None if said != said else said).encode() + b"\\n"); out.flush()
"""
_ENVIRONMENT = ("PATH", "HOME", "LANG", "PYTHONPATH", "OMP_NUM_THREADS")


class SubprocessScorer:
    """Gets every score from a child process; slow, because the file is code.

    Args:
        data: the file.
        names: the features in order; ``feature_names_in_`` by default.
        reader: what loads it.

    Raises:
        ArtefactError: it cannot be loaded.
    """

    def __init__(self, data: bytes, names: tuple[str, ...], reader: Reader) -> None:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._child = subprocess.Popen(  # noqa: S603 - this interpreter, and the program above
            [sys.executable, "-c", _CHILD, reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        weakref.finalize(self, _kill_child, self._child)
        self._lock = threading.Lock()
        said = self._send_line(f"{len(data)}\n".encode() + data)
        self.names = names or tuple(msgspec.json.decode(said, type=tuple[str, ...]))
        if not self.names:
            raise ArtefactError("the model was fitted without names", mend="name its features: --features a,b")

    def score(self, values: Sequence[float | None]) -> float:
        """Return the score of one row; a missing value is None or NaN."""
        row = "[" + ",".join("NaN" if value is None else _format_number(value) for value in values) + "]\n"
        said = msgspec.json.decode(self._send_line(row.encode()))
        if isinstance(said, str):
            raise ArtefactError("the model failed in its process", why=said)
        return math.nan if said is None else float(said)

    def _send_line(self, data: bytes) -> bytes:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with self._lock:
            try:
                self._child.stdin.write(data)
                self._child.stdin.flush()
            except BrokenPipeError as error:
                raise ArtefactError("the process of the model has ended") from error
            said = self._child.stdout.readline()
        if not said:
            raise ArtefactError("the process of the model has ended")
        return said


def _format_number(value: float) -> str:
    return "NaN" if math.isnan(value) else repr(float(value))


def _kill_child(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.communicate()
