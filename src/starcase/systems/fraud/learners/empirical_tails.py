"""Empirical tails: a row is an anomaly where many of its features lie in the tails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.learners.learner import draw_value
from starcase.systems.fraud.scoring.tails import Tail, TailsScorer, TailsState
from starcase.systems.fraud.training import FraudTrainingSet

ORDINARY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class EmpiricalTails:
    """An unsupervised detector with the empirical distributions of the training rows only.

    Args:
        knots: at most this many values describe the distribution of a feature.

    Source: Li et al. (2022), ECOD.
    """

    kind: ClassVar[str] = "empirical_tails"
    complexity: ClassVar[int] = 2
    supervised: ClassVar[bool] = False

    knots: int = 2_000

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> TailsScorer:
        """The tails of all rows, known labels or not."""
        del rng
        tails = [_fit_tail(column[~np.isnan(column)], self.knots) for column in train.x.T]
        reached = TailsScorer(TailsState(tails, 1.0)).rows(train.x)
        sums = reached / (1.0 - reached)
        return TailsScorer(TailsState(tails, max(float(np.quantile(sums, ORDINARY)), 1e-9)))

    def search(self, rng: np.random.Generator) -> EmpiricalTails:
        """Other numbers of knots."""
        return replace(self, knots=int(draw_value(rng, (200, 500, 1_000, 2_000, 5_000))))

    def load(self, files: Mapping[str, bytes]) -> TailsScorer:
        """The scorer from its JSON file."""
        return TailsScorer.from_files(files)


def _fit_tail(values: FloatArray, knots: int) -> Tail:
    """Fit the distribution of one feature at selected values, densest at its extremes."""
    if not values.size:
        return Tail([], [0.0], [0.0], 1)
    order = np.sort(values)
    depth = np.unique(np.geomspace(1, order.size, knots // 2).astype(np.int64)) - 1
    kept = np.unique(order[np.concatenate([depth, order.size - 1 - depth])])
    up_to = np.searchsorted(order, kept, side="right") / order.size
    start = np.searchsorted(order, kept, side="left") / order.size
    least = 1.0 / order.size
    left = -np.log(np.maximum(np.concatenate([[0.0], up_to]), least))
    right = -np.log(np.maximum(np.concatenate([1.0 - start, [0.0]]), least))
    third = float(((order - order.mean()) ** 3).sum())
    return Tail(kept.tolist(), left.tolist(), right.tolist(), -1 if third < 0 else 1)
