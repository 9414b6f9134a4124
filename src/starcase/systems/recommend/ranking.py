"""The best few of many scores, exactly, with ties that favour nobody."""

from __future__ import annotations

import numpy as np

from starcase.errors import DataError
from starcase.systems.recommend.arrays import AnyArray, IntArray

BLOCK = 128


def best(scores: AnyArray, count: int, turn: int) -> IntArray:
    """The places of the ``count`` highest scores, highest first.

    Equal scores are taken in the order of the catalogue, counted from ``turn``: another order for every user, the same
    for the same user, and none that knows which item is looked for. Minus infinity is never taken.

    Args:
        scores: (n,) one for each item.
        count: how many.
        turn: where the order of equals begins.

    Raises:
        DataError: a score is not a number, or plus infinity.

    >>> best(np.array([1.0, 3.0, 1.0, 2.0]), 3, 0).tolist(), best(np.array([1.0, 3.0, 1.0, 2.0]), 3, 1).tolist()
    ([1, 3, 0], [1, 3, 2])
    """
    if not scores.max(initial=-np.inf) < np.inf:
        raise _unsound(scores)
    floor = _floor(scores, count)
    found = np.flatnonzero(scores >= floor) if floor > -np.inf else np.flatnonzero(scores > -np.inf)
    order = np.lexsort(((found - turn) % max(1, scores.size), -scores[found]))[:count]
    return found[order]


def _floor(scores: AnyArray, count: int) -> float:
    """A score that at least ``count`` items reach: the lowest of the best blocks' maxima."""
    whole = scores.size - scores.size % BLOCK
    highs = np.append(scores[:whole].reshape(-1, BLOCK).max(axis=1), scores[whole:].max(initial=-np.inf))
    known = highs if highs.size > 2 * count else scores
    return float(np.partition(known, known.size - count)[known.size - count]) if known.size > count else -np.inf


def _unsound(scores: AnyArray) -> DataError:
    bad = np.flatnonzero(~(scores < np.inf))
    return DataError(
        f"{bad.size} of {scores.size} scores are no finite numbers",
        why=f"the first is {scores[bad[0]]} at item {bad[0]}",
        mend="a model that cannot score an item gives it the lowest score",
    )
