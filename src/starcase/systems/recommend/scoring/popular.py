"""What everybody takes, and what the user takes: the scorers that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np

from starcase.systems.recommend.arrays import AnyArray, FloatArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.container import array_bytes, array_of

FILE = "popularity.npy"
SLIGHT = 1e-3


class PopularityScorer:
    """The same scores for everybody.

    Args:
        counts: (n_items,) how often each item was taken.
    """

    def __init__(self, counts: FloatArray) -> None:
        self.counts = counts

    def scores(self, history: History, /) -> AnyArray:
        """The counts."""
        del history
        return self.counts.copy()

    def files(self) -> Mapping[str, bytes]:
        """One array."""
        return {FILE: array_bytes(self.counts)}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(array_of(files, FILE))


class OwnHistoryScorer:
    """In how many baskets the user had an item; of equals the one taken last, then what is popular.

    Args:
        counts: (n_items,) how often each item was taken by everybody, for users with a short past.
    """

    def __init__(self, counts: FloatArray) -> None:
        self.counts = counts
        self._tail = SLIGHT**2 * counts / max(1.0, float(counts.max(initial=0.0)))

    def scores(self, history: History, /) -> AnyArray:
        """Counts of baskets, with a thousandth for recency and a millionth for popularity."""
        scores = self._tail.copy()
        scores[history.distinct] += history.counts + SLIGHT / (1.0 + np.maximum(history.ages, 0.0))
        return scores

    def files(self) -> Mapping[str, bytes]:
        """One array."""
        return {FILE: array_bytes(self.counts)}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(array_of(files, FILE))
