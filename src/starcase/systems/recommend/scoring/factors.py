"""A point for every item; the user's own is solved for at every request, so that new interactions count at once."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
from scipy.linalg import lapack

from starcase.errors import DataError
from starcase.systems.recommend.arrays import AnyArray, FloatArray, IntArray, SingleArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.model_files import decode_array, decode_struct, encode_array, encode_struct
from starcase.systems.recommend.scoring.neighbour_index import NeighbourIndex

FILE, STATE, INDEX = "items.npy", "factors.json", "index.faiss"


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
        _, point, wrong = lapack.dposv(system, wanted)
        if wrong:
            raise DataError(
                "the points of the items taken leave the user's undetermined", mend="raise `regularisation`"
            )
        return np.asarray(point, dtype=np.float32)

    def files(self) -> Mapping[str, bytes]:
        """The points, and how to solve."""
        return {FILE: encode_array(self.items), STATE: encode_struct(self.state)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> FactorScorer:
        """The scorer that ``files`` describes; raises ArtefactError, and PluginError where its index needs faiss."""
        items, state = decode_array(files, FILE), decode_struct(files, STATE, FactorState)
        return (
            IndexedFactorScorer(items, state, NeighbourIndex.from_bytes(files[INDEX]))
            if INDEX in files
            else cls(items, state)
        )


class IndexedFactorScorer(FactorScorer):
    """The same where there are too many items to look at each: an index finds the pool that is scored exactly.

    Args:
        items: (n_items, d) the points.
        state: regularisation and confidence.
        near: over ``items``.
    """

    def __init__(self, items: SingleArray, state: FactorState, near: NeighbourIndex) -> None:
        super().__init__(items, state)
        self.near = near

    def score_pool(self, history: History, /) -> tuple[IntArray, AnyArray]:
        """The items nearest to the user's point and those taken before, with their exact scores."""
        taken, strengths = history.distinct, history.strengths(self.state.emphasis.half_life)
        return self.near.pool(self.items, self.user(taken, strengths), taken, self.state.emphasis.own * strengths)

    def files(self) -> Mapping[str, bytes]:
        """The points, how to solve, and the index."""
        return {**super().files(), INDEX: self.near.content()}
