"""A scorer from item neighbours: the sum over the items the user took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np

from starcase.systems.recommend.arrays import AnyArray, FloatArray, IntArray, SingleArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.emphasis import STATE, Emphasis
from starcase.systems.recommend.scoring.model_files import decode_array, decode_struct, encode_array, encode_struct

ITEMS, WEIGHTS = "neighbours.npy", "similarities.npy"


class NeighbourScorer:
    """A scorer that sums the rows of a similarity matrix with only each item's best neighbours.

    Args:
        emphasis: the weights of history items.
        neighbours: (n_items, k) indices of the neighbours.
        weights: (n_items, k) how similar they are; 0 where there are fewer.
    """

    def __init__(self, emphasis: Emphasis, neighbours: IntArray, weights: SingleArray) -> None:
        self.emphasis = emphasis
        self.neighbours = neighbours
        self.weights = weights

    def scores(self, history: History, /) -> AnyArray:
        """The sum of the similarities to the items the user took."""
        rows, strengths = history.distinct, history.strengths(self.emphasis.half_life)
        near, weights = self.neighbours.take(rows, axis=0), self.weights.take(rows, axis=0) * strengths[:, None]
        scores: FloatArray = np.bincount(near.ravel(), weights.ravel(), len(self.neighbours)).astype(
            np.float64, copy=False
        )
        scores[rows] += self.emphasis.own * strengths
        return scores

    def files(self) -> Mapping[str, bytes]:
        """Two arrays and the emphasis."""
        return {
            STATE: encode_struct(self.emphasis),
            ITEMS: encode_array(self.neighbours),
            WEIGHTS: encode_array(self.weights),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(decode_struct(files, STATE, Emphasis), decode_array(files, ITEMS), decode_array(files, WEIGHTS))
