"""Whether anybody may still write to segments: held by every worker, wanted alone by whoever empties them for good."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from starcase.errors import RolloutError

WITHIN = 30.0
AGAIN = 0.05


def acquire_write_lock(folder: Path, *, exclusive: bool) -> int:
    """An open file that holds the lock until it is closed, or its process has ended.

    Args:
        folder: where segments are kept.
        exclusive: wait until no worker is left.

    Raises:
        RolloutError: after ``WITHIN`` seconds there still is one.
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
                    "workers of an earlier gateway still run",
                    where=str(folder),
                    mend="end them, or wait until they have answered what came in",
                ) from error
            time.sleep(AGAIN)
        else:
            return file
