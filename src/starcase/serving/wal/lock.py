"""The write lock of segments: shared by all workers, exclusive for the process that empties segments for good."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from starcase.errors import RolloutError

WITHIN = 30.0
AGAIN = 0.05


def acquire_write_lock(folder: Path, *, exclusive: bool) -> int:
    """Acquire the lock; return the open file that holds it until it is closed or its process ends.

    Args:
        folder: where segments are kept.
        exclusive: wait until no worker is left.

    Raises:
        RolloutError: a worker still runs after ``WITHIN`` seconds.
    """
    file = os.open(folder / "writing.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + WITHIN
    while True:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() > deadline:
                os.close(file)
                raise RolloutError(
                    "workers of an earlier gateway are still running",
                    where=str(folder),
                    mend="stop them, or wait until they have answered their pending requests",
                ) from error
            time.sleep(AGAIN)
        else:
            return file
