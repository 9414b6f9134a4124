"""A weight from each item to each other one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np

from starcase.systems.recommend.arrays import AnyArray, SingleArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.container import array_bytes, array_of

FILE = "weights.npy"


class LinearScorer:
    """Adds up the rows of a full weight matrix.

    Args:
        weights: (n_items, n_items) row i is what having taken item i says of every item.
    """

    def __init__(self, weights: SingleArray) -> None:
        self.weights = weights

    def scores(self, history: History, /) -> AnyArray:
        """The summed weights from what the user took, each item counting once."""
        return np.add.reduce(self.weights[history.distinct], axis=0, dtype=np.float32)

    def files(self) -> Mapping[str, bytes]:
        """One array."""
        return {FILE: array_bytes(self.weights)}

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(array_of(files, FILE))
