"""Scorers from counts: popularity and the user's own history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import msgspec
import numpy as np

from starcase.systems.recommend.arrays import AnyArray, FloatArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.model_files import decode_array, decode_struct, encode_array, encode_struct

FILE, FADING = "popularity.npy", "fading.json"
SLIGHT = 1e-3


class DecayState(msgspec.Struct, frozen=True):
    """The half-life of history items, in days."""

    half_life: float


class PopularityScorer:
    """The same popularity scores for every user.

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
        return {FILE: encode_array(self.counts)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(decode_array(files, FILE))


class OwnHistoryScorer:
    """The decayed number of the user's baskets with an item; ties by recency, then popularity.

    Args:
        counts: (n_items,) how often each item was taken by all users, for users with a short history.
        half_life: days after which a past item counts half; 0 for never.
    """

    def __init__(self, counts: FloatArray, half_life: float = 0.0) -> None:
        self.counts = counts
        self.half_life = half_life
        self._tail = SLIGHT**2 * counts / max(1.0, float(counts.max(initial=0.0)))

    def scores(self, history: History, /) -> AnyArray:
        """Counts of baskets, with a thousandth for recency and a millionth for popularity."""
        scores, ages = self._tail.copy(), np.maximum(history.ages, 0.0)
        faded = 0.5 ** (ages / self.half_life) if self.half_life else 1.0
        scores[history.distinct] += history.counts * faded + SLIGHT / (1.0 + ages)
        return scores

    def files(self) -> Mapping[str, bytes]:
        """The counts, and the decay if any."""
        fading = {FADING: encode_struct(DecayState(self.half_life))} if self.half_life else {}
        return {FILE: encode_array(self.counts), **fading}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        half_life = decode_struct(files, FADING, DecayState).half_life if FADING in files else 0.0
        return cls(decode_array(files, FILE), half_life)
