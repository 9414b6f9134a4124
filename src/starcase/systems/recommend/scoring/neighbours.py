"""Items that are taken by the same users: the sum over what the user took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np

from starcase.systems.recommend.arrays import AnyArray, IntArray, SingleArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.container import array_bytes, array_of

ITEMS, WEIGHTS = "neighbours.npy", "similarities.npy"


class NeighbourScorer:
    """Adds up the rows of a similarity matrix of which only each item's best neighbours are kept.

    Args:
        neighbours: (n_items, k) places of the neighbours.
        weights: (n_items, k) how similar they are; 0 where there are fewer.
    """

    def __init__(self, neighbours: IntArray, weights: SingleArray) -> None:
        self.neighbours = neighbours
        self.weights = weights

    def scores(self, history: History, /) -> AnyArray:
        """The summed similarities to what the user took, each item counting once."""
        rows = history.distinct
        near, weights = self.neighbours[rows].ravel(), self.weights[rows].ravel()
        return np.bincount(near, weights, minlength=len(self.neighbours))

    def files(self) -> Mapping[str, bytes]:
        """Two arrays."""
        return {ITEMS: array_bytes(self.neighbours), WEIGHTS: array_bytes(self.weights)}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(array_of(files, ITEMS), array_of(files, WEIGHTS))
