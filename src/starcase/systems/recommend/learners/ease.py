"""Embarrassingly shallow autoencoder: the closed-form linear model from items to items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg import lapack

from starcase.compute.part_cache import cache_part
from starcase.errors import DataError
from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.memory import estimate_counts_bytes
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.linear import ItemLinearScorer
from starcase.systems.recommend.training import TrainingSet, compute_taken_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ease:
    """Ridge regression of each item on all others, the diagonal held at zero.

    Source: Steck (2019), Embarrassingly shallow autoencoders for sparse data, algorithm 1.

    Args:
        l2: the ridge.
        damping: 0 for none; up to 1, users with many interactions count less.
        half_life: days after which a past item counts half; 0 for never.
        own: weight of the items the user took before, which the zero diagonal excludes.
    """

    kind: ClassVar[str] = "ease"
    complexity: ClassVar[int] = 3
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {
        "l2": (50.0, 100.0, 200.0, 500.0, 1000.0), "damping": (0.0, 0.0, 0.5), "half_life": (0.0, 60.0, 120.0, 240.0),
        "own": (0.1, 0.2, 0.3, 0.5),
    }  # fmt: skip
    smaller: ClassVar[str] = "als or item_knn"

    l2: float = 500.0
    damping: float = 0.0
    half_life: float = 120.0
    own: float = 0.3

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> ItemLinearScorer:
        """Fit the weights by one Cholesky inversion; raises DataError above the case's memory limit."""
        del rng
        weights = cache_part(
            lambda: self._fit_weights(train),
            lambda: (self.kind, compute_taken_digest(train), self.l2, self.damping),
            size=self.estimate_model_bytes(train),
        )
        return ItemLinearScorer(Emphasis(self.half_life, self.own), weights)

    def _fit_weights(self, train: TrainingSet) -> np.ndarray:
        n = len(train.items)
        taken = (train.counts() > 0).astype(np.float32)
        if self.damping:
            activity = np.maximum(1.0, np.asarray(taken.sum(axis=1)).ravel())
            taken.data *= np.repeat(activity ** (-self.damping / 2), np.diff(taken.indptr)).astype(np.float32)
        gram = np.asfortranarray((taken.T @ taken).todense(), dtype=np.float32)
        gram[np.diag_indices(n)] += self.l2
        return _invert_gram(gram)

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The interaction matrix; the Gram matrix, its inverse and the weights, four bytes each."""
        return estimate_counts_bytes(train) + 3.0 * self.estimate_model_bytes(train)

    @staticmethod
    def estimate_model_bytes(train: TrainingSet) -> float:
        """The memory of the weights only, bytes."""
        return 4.0 * len(train.items) ** 2

    def load(self, files: Mapping[str, bytes]) -> ItemLinearScorer:
        """The scorer from its array."""
        return ItemLinearScorer.from_files(files)


def _invert_gram(gram: np.ndarray) -> np.ndarray:
    """Return minus the inverse divided by its diagonal, with zero diagonal; ``gram`` is overwritten."""
    factor, wrong = lapack.spotrf(gram, lower=1, overwrite_a=1)
    inverse, singular = lapack.spotri(factor, lower=1, overwrite_c=1)
    if wrong or singular:
        raise DataError("the items are linearly dependent", mend="raise `l2` of the candidate")
    lower = np.tril(inverse, -1)
    weights = lower + lower.T
    weights /= -np.diag(inverse)[None, :]
    return np.ascontiguousarray(weights, dtype=np.float32)
