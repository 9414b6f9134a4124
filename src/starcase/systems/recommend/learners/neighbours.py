"""Item-based nearest neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from starcase.compute.part_cache import cache_part
from starcase.systems.recommend.arrays import IntArray, SingleArray
from starcase.systems.recommend.learners.cosine_neighbours import CHUNK, OF_NEIGHBOUR, find_nearest
from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.memory import estimate_counts_bytes, estimate_pairs_bytes
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer
from starcase.systems.recommend.training import TrainingSet, compute_taken_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemNeighbours:
    """Cosine between items over the users who took them, shrunk where few users took both.

    Source: Sarwar et al. (2001), Item-based collaborative filtering recommendation algorithms.

    Args:
        neighbours: how many are kept of each item.
        shrink: number of common users at which a similarity is halved.
        damping: 0 for none; up to 1, users with many interactions count less.
        half_life: days after which a past item counts half; 0 for never.
        own: weight of the items the user took before.
    """

    kind: ClassVar[str] = "item_knn"
    complexity: ClassVar[int] = 2
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {
        "neighbours": (5, 10, 20, 50, 100, 200), "shrink": (0.0, 5.0, 20.0), "damping": (0.0, 0.5, 1.0),
        "half_life": (0.0, 60.0, 120.0, 240.0), "own": (0.3, 1.0, 3.0),
    }  # fmt: skip
    smaller: ClassVar[str] = "fewer `neighbours`"

    neighbours: int = 100
    shrink: float = 20.0
    damping: float = 1.0
    half_life: float = 60.0
    own: float = 1.0

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> NeighbourScorer:
        """Fit the best neighbours of each item."""
        del rng
        near, similar = cache_part(
            lambda: self._find_neighbours(train),
            lambda: (self.kind, compute_taken_digest(train), self.neighbours, self.shrink, self.damping),
            size=self.estimate_model_bytes(train),
        )
        return NeighbourScorer(Emphasis(self.half_life, self.own), near, similar)

    def _find_neighbours(self, train: TrainingSet) -> tuple[IntArray, SingleArray]:
        taken = (train.counts() > 0).astype(np.float32)
        if self.damping:
            activity = np.maximum(1.0, np.asarray(taken.sum(axis=1)).ravel())
            taken = sparse.diags(activity ** (-self.damping / 2)).astype(np.float32) @ taken
        return find_nearest(taken.tocsc(), self.neighbours, shrink=self.shrink)

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The interaction matrix, the neighbours, and one chunk of similarities."""
        pairs = estimate_pairs_bytes(train.counts().tocsc(), CHUNK)
        return estimate_counts_bytes(train) + pairs + self.estimate_model_bytes(train)

    def estimate_model_bytes(self, train: TrainingSet) -> float:
        """The memory of the neighbours only, bytes."""
        return OF_NEIGHBOUR * self.neighbours * len(train.items)

    def load(self, files: Mapping[str, bytes]) -> NeighbourScorer:
        """The scorer from its arrays."""
        return NeighbourScorer.from_files(files)
