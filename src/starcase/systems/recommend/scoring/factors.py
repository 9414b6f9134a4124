"""A point for every item; the user's own is solved for at every request, so that new interactions count at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import msgspec
import numpy as np
from scipy.linalg import cho_factor, cho_solve

from starcase.systems.recommend.arrays import AnyArray, FloatArray, IntArray, SingleArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.container import array_bytes, array_of, packed, unpacked
from starcase.systems.recommend.scoring.emphasis import Emphasis

FILE, STATE = "items.npy", "factors.json"


class FactorState(msgspec.Struct, frozen=True):
    """How a user's point is solved for, and what each past item counts."""

    regularisation: float
    alpha: float
    emphasis: Emphasis


class FactorScorer:
    """Inner products of the items' points with the user's, the least-squares answer to what the user took.

    Args:
        items: (n_items, d) the points.
        state: regularisation and confidence.

    Source: Hu, Koren & Volinsky (2008), Collaborative filtering for implicit feedback datasets, equation 4.
    """

    def __init__(self, items: SingleArray, state: FactorState) -> None:
        self.items = items
        self.state = state
        wide = items.astype(np.float64)
        self._base = wide.T @ wide + state.regularisation * np.eye(items.shape[1])

    def scores(self, history: History, /) -> AnyArray:
        """The inner products, and a bonus for what was taken before; all 0 for a user without a past."""
        strengths = history.strengths(self.state.emphasis.half_life)
        scores = self.items @ self.user(history.distinct, strengths)
        scores[history.distinct] += (self.state.emphasis.own * strengths).astype(np.float32)
        return np.asarray(scores)

    def user(self, taken: IntArray, strengths: FloatArray) -> SingleArray:
        """The point, (d,), of a user who took some items as strongly as is said."""
        points = self.items[taken].astype(np.float64)
        confidence = self.state.alpha * strengths
        system = self._base + (points * confidence[:, None]).T @ points
        wanted = points.T @ (1.0 + confidence)
        return np.asarray(cho_solve(cho_factor(system), wanted), dtype=np.float32)

    def files(self) -> Mapping[str, bytes]:
        """The points, and how to solve."""
        return {FILE: array_bytes(self.items), STATE: packed(self.state)}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(array_of(files, FILE), unpacked(files, STATE, FactorState))
