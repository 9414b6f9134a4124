"""Anomaly scores from the empirical tails of each feature in the training rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Self

import msgspec
import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.artefact_files import decode_state, encode_state

FILE = "tails.json"


class Tail(msgspec.Struct, frozen=True, gc=False):
    """One feature: values in rising order, minus the log of the share of training rows up to and from each.

    ``left`` and ``right`` have one entry more than ``values``, for what lies beyond them; ``heavy`` says which side
    counts, -1 left or 1 right.
    """

    values: list[float]
    left: list[float]
    right: list[float]
    heavy: int


class TailsState(msgspec.Struct, frozen=True):
    """The tails of all features, and the sum of an ordinary row."""

    tails: list[Tail]
    scale: float


class TailsScorer:
    """The largest of three sums over features: of the left tails, of the right ones, and of the heavy ones.

    A missing value adds nothing. Nothing but the training rows and the row itself enters its score.

    Args:
        state: the tails of each feature.

    Source: Li et al. (2022), ECOD: unsupervised outlier detection using empirical cumulative distribution functions.
    """

    def __init__(self, state: TailsState) -> None:
        self._state = state
        self._tails = [(tail.values, tail.left, tail.right, tail.heavy) for tail in state.tails]

    def row(self, values: Sequence[float], /) -> float:
        """The score of one row, from 0 up to 1; an ordinary row has one half."""
        left = right = heavy = 0.0
        for value, (known, lefts, rights, side) in zip(values, self._tails, strict=True):
            if value != value:  # noqa: PLR0124 - NaN
                continue
            below, above = lefts[bisect_right(known, value)], rights[bisect_left(known, value)]
            left += below
            right += above
            heavy += below if side < 0 else above
        reached = max(left, right, heavy)
        return reached / (reached + self._state.scale)

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The scores, (n, d) to (n,): the same sums in the same order, feature by feature."""
        left, right, heavy = np.zeros((3, len(x)))
        for column, (known, lefts, rights, side) in zip(x.T, self._tails, strict=True):
            there = ~np.isnan(column)
            below = np.where(there, np.array(lefts)[np.searchsorted(known, column, side="right")], 0.0)
            above = np.where(there, np.array(rights)[np.searchsorted(known, column, side="left")], 0.0)
            left += below
            right += above
            heavy += below if side < 0 else above
        reached = np.maximum(np.maximum(left, right), heavy)
        return np.asarray(reached / (reached + self._state.scale))

    def files(self) -> Mapping[str, bytes]:
        """One JSON file."""
        return {FILE: encode_state(self._state)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(decode_state(files, FILE, TailsState))
