"""Randomness comes in: one seed for the case, and from it one for each piece of work."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def create_rng(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator for one purpose, the same whoever asks and in whatever order.

    Args:
        seed: the case's seed.
        purpose: what it is for: ``"contest"``, ``"bootstrap"``, a fold's number.

    >>> a, b = create_rng(7, "folds", 1), create_rng(7, "folds", 1)
    >>> bool(a.random() == b.random() != create_rng(7, "folds", 2).random())
    True
    """
    key = tuple(crc32(part.encode()) if isinstance(part, str) else part for part in purpose)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def spawn_seeds(seed: int, count: int) -> list[np.random.SeedSequence]:
    """One seed for each of ``count`` items, so that one worker and eight draw the same numbers.

    >>> [int(s.generate_state(1)[0]) for s in spawn_seeds(0,
    ...     2)] == [int(s.generate_state(1)[0]) for s in spawn_seeds(0, 3)[:2]]
    True
    """
    return np.random.SeedSequence(seed).spawn(count)
