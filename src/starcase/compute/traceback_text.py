"""Describe an exception of the user's code, with its location."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path
from types import FrameType

_LIBRARIES = tuple({sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")})


def describe_exception(error: BaseException) -> str:
    """Return the exception as text, with the file and line of the user's code that raised it, if any.

    >>> describe_exception(ValueError("too deep"))
    'ValueError: too deep'
    """
    said = f"{type(error).__name__}: {error}"
    own = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if _is_own(frame)]
    if not own:
        return said
    frame, line = own[-1]
    return f"{said} ({Path(frame.f_code.co_filename).name}, line {line})"


def _is_own(frame: FrameType) -> bool:
    name, file = str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename
    return name.partition(".")[0] != "starcase" and file.endswith(".py") and not file.startswith(_LIBRARIES)
