"""Exact top-k selection of scores, with unbiased ties."""

from __future__ import annotations

import numpy as np

from starcase.errors import DataError
from starcase.systems.recommend.arrays import AnyArray, BoolArray, IntArray

GROUPS = 1024
MANY = 4


def select_best(scores: AnyArray, count: int, turn: int) -> IntArray:
    """Select the indices of the ``count`` highest scores, highest first.

    Ties are taken in the order of the catalogue, counted from ``turn``: another order for every user, the same
    for the same user, and independent of the targets. Minus infinity is never selected.

    Args:
        scores: (n,) one for each item.
        count: how many.
        turn: where the order of ties begins.

    Raises:
        DataError: a score is not a number, or plus infinity.

    >>> (select_best(np.array([1.0, 3.0, 1.0, 2.0]), 3, 0).tolist(),
    ...  select_best(np.array([1.0, 3.0, 1.0, 2.0]), 3, 1).tolist())
    ([1, 3, 0], [1, 3, 2])
    """
    highs = _compute_group_maxima(scores)
    if not highs.max(initial=-np.inf) < np.inf:
        raise _build_score_error(scores)
    found = _select_contenders(scores, highs, count)
    order = np.lexsort(((found - turn) % max(1, scores.size), -scores[found]))[:count]
    return found[order]


def select_from_pool(pool: IntArray, scores: AnyArray, count: int, turn: int, size: int) -> IntArray:
    """``select_best`` where only a pool of the ``size`` items has scores: which of the pool, best first.

    Args:
        pool: (m,) indices, rising, each once.
        scores: (m,) theirs.
        count: how many.
        turn: where the order of ties begins.
        size: of the catalogue.

    Raises:
        DataError: a score is not a number, or plus infinity.

    >>> select_from_pool(np.array([2, 5, 8]), np.array([1.0, 3.0, 1.0]), 2, 6, 9).tolist()
    [1, 2]
    """
    if not scores.max(initial=-np.inf) < np.inf:
        raise _build_score_error(scores)
    kept = np.flatnonzero(scores > -np.inf)
    order = np.lexsort(((pool[kept] - turn) % max(1, size), -scores[kept]))[:count]
    return np.asarray(kept[order])


def sort_unique(places: IntArray) -> IntArray:
    """Sort indices and remove duplicates, as ``numpy.unique`` but faster for few.

    >>> sort_unique(np.array([4, 2, 4])).tolist()
    [2, 4]
    """
    ordered = np.sort(places)
    first = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return np.asarray(ordered[first])


def match_sorted(places: IntArray, some: IntArray) -> tuple[BoolArray, IntArray]:
    """Return which of ``places`` are in the sorted ``some``, and their positions there.

    >>> [part.tolist() for part in match_sorted(np.array([7, 3, 9]), np.array([3, 7]))]
    [[True, True, False], [1, 0]]
    """
    if not some.size:
        return np.zeros(places.size, dtype=np.bool_), np.zeros(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(some, places), some.size - 1)
    there = some[at] == places
    return there, at[there]


def _compute_group_maxima(scores: AnyArray) -> AnyArray:
    """Compute the highest score of each residue class of indices, (groups,), with row-wise comparisons."""
    groups = min(GROUPS, scores.size)
    if not groups:
        return scores
    whole = scores.size - scores.size % groups
    highs: AnyArray = scores[:whole].reshape(-1, groups).max(axis=0)
    rest = scores[whole:]
    np.maximum(highs[: rest.size], rest, out=highs[: rest.size])
    return highs


def _select_contenders(scores: AnyArray, highs: AnyArray, count: int) -> IntArray:
    """Select indices, rising, that include the best; of long arrays only groups with a maximum among the best."""
    long = scores.size > 2 * highs.size > 4 * count
    floor = _find_kth_highest(highs if long else scores, count)
    if floor == -np.inf:
        return np.flatnonzero(scores > -np.inf)
    groups = np.flatnonzero(highs >= floor) if long else highs
    if not long or groups.size > MANY * count:
        return np.flatnonzero(scores >= floor)
    places = (np.arange(0, scores.size, highs.size)[:, None] + groups).ravel()
    places = places[: np.searchsorted(places, scores.size)]
    return np.asarray(places[scores[places] >= floor])


def _find_kth_highest(values: AnyArray, count: int) -> float:
    """Return the ``count``-th highest value; minus infinity where there are at most ``count``."""
    if values.size <= count:
        return -np.inf
    return float(np.partition(values, values.size - count)[values.size - count])


def _build_score_error(scores: AnyArray) -> DataError:
    bad = np.flatnonzero(~(scores < np.inf))
    return DataError(
        f"{bad.size} of {scores.size} scores are not finite numbers",
        why=f"the first is {scores[bad[0]]} at item {bad[0]}",
        mend="give an item that the model cannot score the lowest score",
    )
