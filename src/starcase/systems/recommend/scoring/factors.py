"""Factor models with fold-in: user factors are computed at request time, so new interactions count at once."""

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
    """The settings of fold-in and the weights of history items."""

    regularisation: float
    alpha: float
    emphasis: Emphasis


class FactorScorer:
    """Inner products of item factors with the user factors, which are solved by least squares.

    Args:
        items: (n_items, d) the factors.
        state: regularisation and confidence.

    Source: Hu, Koren & Volinsky (2008), Collaborative filtering for implicit feedback datasets, equation 4.
    """

    def __init__(self, items: SingleArray, state: FactorState) -> None:
        self.items = items
        self.state = state
        wide = items.astype(np.float64)
        self._base = wide.T @ wide + state.regularisation * np.eye(items.shape[1])

    def scores(self, history: History, /) -> AnyArray:
        """The inner products plus a bonus for items taken before; all 0 for a user without a history."""
        strengths = history.strengths(self.state.emphasis.half_life)
        scores = self.items @ self.user(history.distinct, strengths)
        scores[history.distinct] += (self.state.emphasis.own * strengths).astype(np.float32)
        return np.asarray(scores)

    def user(self, taken: IntArray, strengths: FloatArray) -> SingleArray:
        """Solve for the factors, (d,), of a user who took some items with given strengths."""
        points = self.items[taken].astype(np.float64)
        confidence = self.state.alpha * strengths
        system = self._base + (points * confidence[:, None]).T @ points
        wanted = points.T @ (1.0 + confidence)
        _, point, wrong = lapack.dposv(system, wanted)
        if wrong:
            raise DataError("the item factors do not determine the user factors", mend="raise `regularisation`")
        return np.asarray(point, dtype=np.float32)

    def files(self) -> Mapping[str, bytes]:
        """The factors and the settings."""
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
    """The same scorer for large catalogues: an index finds a pool of items that is scored exactly.

    Args:
        items: (n_items, d) the factors.
        state: regularisation and confidence.
        near: over ``items``.
    """

    def __init__(self, items: SingleArray, state: FactorState, near: NeighbourIndex) -> None:
        super().__init__(items, state)
        self.near = near

    def score_pool(self, history: History, /) -> tuple[IntArray, AnyArray]:
        """The items nearest to the user factors and those taken before, with exact scores."""
        taken, strengths = history.distinct, history.strengths(self.state.emphasis.half_life)
        return self.near.pool(self.items, self.user(taken, strengths), taken, self.state.emphasis.own * strengths)

    def files(self) -> Mapping[str, bytes]:
        """The factors, the settings and the index."""
        return {**super().files(), INDEX: self.near.content()}
