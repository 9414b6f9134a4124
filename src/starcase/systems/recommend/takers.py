"""How many users had taken each item before a moment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from starcase.case.spec import Case
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.loading import load
from starcase.systems.recommend.options import RecommendOptions


class TakersBefore:
    """Counts over the data of a case, which are read when first asked for.

    Args:
        case: names the data.
        options: says how to read them.
    """

    def __init__(self, case: Case, options: RecommendOptions) -> None:
        self._case = case
        self._options = options
        self._known: tuple[int, tuple[Mapping[str, int], int]] | None = None

    def __call__(self, moment: int) -> tuple[Mapping[str, int], int]:
        """Users by item, and all users, before ``moment``."""
        if self._known is None or self._known[0] != moment:
            self._known = (moment, takers(load(self._case, self._options).interactions, moment))
        return self._known[1]


def takers(rows: Interactions, before: int) -> tuple[Mapping[str, int], int]:
    """Users by item, and all users, before a moment."""
    known = slice(0, int(np.searchsorted(rows.at, before, side="left")))
    pairs = np.unique(rows.user[known] * len(rows.items) + rows.item[known])
    counts = np.bincount(pairs % len(rows.items), minlength=len(rows.items))
    found = {rows.items[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
    return found, int(np.unique(rows.user[known]).size)
