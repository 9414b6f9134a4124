"""The number of users of each item before a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from starcase.contract.case_spec import Case
from starcase.systems.recommend.bounded_cache import compute_cached
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.loading import load
from starcase.systems.recommend.options import RecommendOptions

HEAD = 0.01
KEPT = 4


@dataclass(frozen=True, slots=True)
class ItemPopularity:
    """The number of users of each item, and the most popular items.

    Args:
        by: users by item.
        users: all users.
        head: the most popular 1 % of the items.
    """

    by: Mapping[str, int]
    users: int
    head: frozenset[str]


class PopularityLookup:
    """Popularity counts over the data of a case, which are read at the first call.

    Args:
        case: names the data.
        options: says how to read them.
    """

    def __init__(self, case: Case, options: RecommendOptions) -> None:
        self._case = case
        self._options = options
        self._known: dict[int, ItemPopularity] = {}

    def __call__(self, moment: int) -> ItemPopularity:
        """Count the users of each item before ``moment``."""
        return compute_cached(
            self._known, moment, lambda: count_takers(load(self._case, self._options).interactions, moment), most=KEPT
        )


def count_takers(rows: Interactions, before: int) -> ItemPopularity:
    """Count the users of each item before a moment."""
    known = slice(0, int(np.searchsorted(rows.at, before, side="left")))
    pairs = np.unique(rows.user[known] * len(rows.items) + rows.item[known])
    counts = np.bincount(pairs % len(rows.items), minlength=len(rows.items))
    by = {rows.items[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
    ranked = sorted(by, key=lambda item: (-by[item], item))
    head = frozenset(ranked[: max(1, round(HEAD * len(ranked)))])
    return ItemPopularity(by, int(np.unique(rows.user[known]).size), head)
