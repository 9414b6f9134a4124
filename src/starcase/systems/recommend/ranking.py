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
    floor = _floor(scores, count)
    if not floor < np.inf:
        _unsound(scores)
    found = np.flatnonzero(scores >= floor) if floor > -np.inf else np.flatnonzero(scores > -np.inf)
    order = np.lexsort(((found - turn) % max(1, scores.size), -scores[found]))[:count]
    return found[order]


def _floor(scores: AnyArray, count: int) -> float:
    """A score that at least ``count`` items reach: the lowest of the best blocks' maxima; NaN where one is NaN."""
    blocks, rest = divmod(scores.size, BLOCK)
    if blocks < 2 * count:
        if scores.size <= count:
            return float(scores.max(initial=-np.inf)) if not np.isfinite(scores).all() else -np.inf
        if np.isnan(highest := scores.max()) or highest == np.inf:
            return float("nan")
        return float(np.partition(scores, scores.size - count)[scores.size - count])
    highs = scores[: scores.size - rest].reshape(blocks, BLOCK).max(axis=1)
    if rest:
        highs = np.append(highs, scores[-rest:].max())
    if np.isnan(highs).any() or highs.max() == np.inf:
        return float("nan")
    return float(np.partition(highs, highs.size - count)[highs.size - count])


def _unsound(scores: AnyArray) -> None:
    bad = np.flatnonzero(np.isnan(scores) | (scores == np.inf))
    raise DataError(
        f"{bad.size} of {scores.size} scores are no finite numbers",
        why=f"the first is {scores[bad[0]] if bad.size else 'unknown'} at item {bad[0] if bad.size else '?'}",
        mend="a model that cannot score an item gives it the lowest score",
    )
