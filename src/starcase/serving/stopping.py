"""How a process of the gateway is told to end."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading

PR_SET_PDEATHSIG = 1


def until_told() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def end_with_parent() -> None:
    """Have the kernel send this process SIGTERM when its parent dies, however it dies (Linux only)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
