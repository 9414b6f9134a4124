"""A linear item-to-item model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np

from starcase.systems.recommend.arrays import AnyArray, SingleArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.emphasis import STATE, Emphasis
from starcase.systems.recommend.scoring.model_files import decode_array, decode_struct, encode_array, encode_struct

FILE = "weights.npy"


class ItemLinearScorer:
    """A scorer that sums the rows of a full weight matrix.

    Args:
        emphasis: the weights of history items.
        weights: (n_items, n_items) row i holds the weights of taken item i for every item.
    """

    def __init__(self, emphasis: Emphasis, weights: SingleArray) -> None:
        self.emphasis = emphasis
        self.weights = weights

    def scores(self, history: History, /) -> AnyArray:
        """The sum of the weights of the items the user took."""
        strengths = history.strengths(self.emphasis.half_life).astype(np.float32)
        scores = strengths @ self.weights.take(history.distinct, axis=0)
        scores[history.distinct] += np.float32(self.emphasis.own) * strengths
        return np.asarray(scores)

    def files(self) -> Mapping[str, bytes]:
        """One array and the emphasis."""
        return {STATE: encode_struct(self.emphasis), FILE: encode_array(self.weights)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(decode_struct(files, STATE, Emphasis), decode_array(files, FILE))
