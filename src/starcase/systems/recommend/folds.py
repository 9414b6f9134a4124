"""Time-based folds, split at one moment for all users."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from starcase.contract.system import Fold
from starcase.errors import DataError
from starcase.evidence.number_format import format_count
from starcase.systems.recommend.arrays import IntArray

LIE = "interaction lies", "interactions lie"
TEST = 0.2
MOST_TESTED = 0.5
INNER_TEST = 0.1
FEWEST = 20


def split_by_time(at: IntArray, *, count: int, since: int, until: int) -> list[Fold]:
    """Build ``count`` consecutive test spans, each a fifth of the interactions, all together at most half.

    Args:
        at: (n,) moments of all interactions, never decreasing.
        count: how many folds.
        since: nothing before is used.
        until: nothing at or after is used.

    Raises:
        DataError: there is too little history, or too much of it at one moment.
    """
    usable = at[(at >= since) & (at < until)]
    if usable.size < FEWEST * (count + 1):
        raise DataError(
            f"only {format_count(int(usable.size), *LIE)} in the span: too few for {count} folds",
            mend="use fewer folds, or more history",
        )
    tested = min(TEST * count, MOST_TESTED)
    rows = np.linspace((1 - tested) * usable.size, usable.size, count + 1).astype(int)
    edges = [int(usable[row]) for row in rows[:-1]] + [int(usable[-1]) + 1]
    if len(set(edges)) < len(edges) or edges[0] == usable[0]:
        raise DataError(
            "too many interactions share one moment to be split by time",
            mend="give the time of day, or use fewer folds",
        )
    return [
        Fold(name=f"fold-{number}", train_end=start, test_start=start, test_end=end, known_by=end)
        for number, (start, end) in enumerate(pairwise(edges), 1)
    ]


def split_inner_folds(fold: Fold, at: IntArray, *, count: int) -> list[Fold]:
    """Build ``count`` consecutive spans at the end of ``fold``'s training time, each a tenth of its interactions.

    All together they are at most half; fewer where too many interactions share a moment.

    Raises:
        DataError: the training time holds one moment only.
    """
    known = at[at < fold.train_end]
    tested = min(INNER_TEST * count, MOST_TESTED)
    rows = np.linspace((1 - tested) * known.size, known.size, count + 1).astype(int)[:-1]
    starts = sorted({int(known[row]) for row in rows} - {int(known[0])} if known.size else set())
    if not starts:
        raise DataError(f"the training time of {fold.name} holds one moment only", mend="use more history")
    return [
        Fold(
            name=f"{fold.name}-inner-{place}", train_end=start, test_start=start, test_end=end, known_by=fold.train_end
        )
        for place, (start, end) in enumerate(pairwise([*starts, fold.train_end]), 1)
    ]
