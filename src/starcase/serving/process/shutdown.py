"""Stop signals and process names of the gateway's processes."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from pathlib import Path


def create_stop_event() -> threading.Event:
    """Create an event that SIGTERM and SIGINT set."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


def set_process_name(role: str) -> None:
    """Give this process the name by which ``ps`` and ``top`` show it (Linux only, 15 characters)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(f"sc-{role}"[:15])


def stop_with_parent(supervisor: int) -> None:
    """Send this process SIGTERM when its parent ends for any reason (Linux only)."""
    try:
        gone = os.pidfd_open(supervisor)
    except ProcessLookupError:
        os.kill(os.getpid(), signal.SIGTERM)
        return

    def watch() -> None:
        select.select([gone], [], [])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="supervisor watch", daemon=True).start()
