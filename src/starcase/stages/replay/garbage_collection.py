"""Rare garbage collection while traffic flows, because decisions create no reference cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

ALLOCATIONS = 50_000


@contextmanager
def limit_garbage_collection() -> Iterator[None]:
    """Collect once in ``ALLOCATIONS`` allocations instead of once in 700, and never among older objects.

    Decisions, answers and windows are freed by their reference counts; scanning all of them repeatedly takes a
    tenth of the time of serving and causes the longest pauses.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
