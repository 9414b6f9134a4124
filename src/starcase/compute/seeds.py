"""Random generators and seeds, all derived from the one seed of the case."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def create_rng(seed: int, *purpose: str | int) -> np.random.Generator:
    """Return the generator for one purpose; it does not depend on the order of calls.

    Args:
        seed: the case's seed.
        purpose: the purpose: ``"contest"``, ``"bootstrap"``, a fold's number.

    >>> a, b = create_rng(7, "folds", 1), create_rng(7, "folds", 1)
    >>> bool(a.random() == b.random() != create_rng(7, "folds", 2).random())
    True
    """
    key = tuple(crc32(part.encode()) if isinstance(part, str) else part for part in purpose)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def spawn_seeds(seed: int, count: int) -> list[np.random.SeedSequence]:
    """Return one seed for each of ``count`` items, so that results do not depend on the number of workers.

    >>> [int(s.generate_state(1)[0]) for s in spawn_seeds(0,
    ...     2)] == [int(s.generate_state(1)[0]) for s in spawn_seeds(0, 3)[:2]]
    True
    """
    return np.random.SeedSequence(seed).spawn(count)
