"""Points in lists around centres: only the lists nearest to a query are read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.systems.recommend.arrays import IntArray, SingleArray
from starcase.systems.recommend.ranking import best

TAUGHT = 32
ROUNDS = 6
CHUNK = 8_192


@dataclass(frozen=True, slots=True)
class InvertedLists:
    """Points ordered by list.

    Args:
        points: (n, d) ordered by list, float32.
        places: (n,) where each point stood before.
        begins: (lists + 1,) where each list begins.
        centres: (lists, d) mean of the directions of each list.

    Source: Jégou, Douze & Schmid (2011), Product quantization for nearest neighbor search, section 4 (without codes).
    """

    points: SingleArray
    places: IntArray
    begins: IntArray
    centres: SingleArray

    def best(self, query: SingleArray, count: int, probes: int) -> IntArray:
        """The places of about the ``count`` highest inner products, from the ``probes`` lists nearest to ``query``.

        Args:
            query: (d,).
            count: how many.
            probes: more find more and take longer.
        """
        lists = np.sort(best(self.centres @ query, probes, 0))
        scores = [self.points[self.begins[one] : self.begins[one + 1]] @ query for one in lists.tolist()]
        rows = np.concatenate([np.arange(self.begins[one], self.begins[one + 1]) for one in lists.tolist()])
        return np.asarray(self.places[rows[best(np.concatenate(scores), count, 0)]])


def inverted(points: SingleArray, *, lists: int, rng: np.random.Generator) -> InvertedLists:
    """Lists by the direction of the points: k-means over a sample, then every point to its nearest centre.

    Args:
        points: (n, d).
        lists: how many.
        rng: draws the sample and the first centres.

    >>> x = np.eye(4, dtype=np.float32)
    >>> inverted(x, lists=2, rng=np.random.default_rng(0)).best(x[2], 1, 2).tolist()
    [2]
    """
    sample = _directions(points[rng.permutation(len(points))[: TAUGHT * lists]])
    centres = sample[rng.permutation(len(sample))[:lists]].copy()
    for _ in range(ROUNDS):
        near = _nearest(sample, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, near, sample)
        filled = np.bincount(near, minlength=len(centres)) > 0
        centres[filled] = _directions(sums[filled])
    near = _nearest(points, centres)
    order = np.argsort(near, kind="stable")
    begins = np.searchsorted(near[order], np.arange(len(centres) + 1))
    return InvertedLists(np.ascontiguousarray(points[order]), order, begins, centres)


def _nearest(points: SingleArray, centres: SingleArray) -> IntArray:
    parts = [(points[at : at + CHUNK] @ centres.T).argmax(axis=1) for at in range(0, len(points), CHUNK)]
    return np.concatenate(parts)


def _directions(points: SingleArray) -> SingleArray:
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12))
