"""Local outlier factor: a row is an anomaly where its density is lower than that of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from starcase.systems.fraud.learners.learner import draw_value
from starcase.systems.fraud.learners.standardisation import compute_mean_and_spread
from starcase.systems.fraud.scoring.outliers import TINY, OutliersScorer, OutliersState, compute_distances, find_nearest
from starcase.systems.fraud.training import FraudTrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOutliers:
    """An unsupervised detector; neighbours are searched in a fixed sample of the training rows.

    Args:
        neighbours: how many.
        reference: rows in the sample.

    Source: Breunig et al. (2000), LOF: identifying density-based local outliers.
    """

    kind: ClassVar[str] = "local_outliers"
    complexity: ClassVar[int] = 3
    supervised: ClassVar[bool] = False

    neighbours: int = 20
    reference: int = 1_000

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> OutliersScorer:
        """Draw the reference rows and compute the density of each of them."""
        centres, spread = compute_mean_and_spread(train.x)
        rows = np.sort(rng.choice(len(train), size=min(self.reference, len(train)), replace=False))
        z = (train.x[rows] - centres) / spread
        z[np.isnan(z)] = 0.0
        count = max(1, min(self.neighbours, len(z) - 1))
        apart = np.stack([compute_distances(z, row) for row in z])
        np.fill_diagonal(apart, np.inf)
        places = [find_nearest(distance, count) for distance in apart]
        reach = np.array([distance[near].max() for distance, near in zip(apart, places, strict=True)])
        mean = [np.maximum(d[near], reach[near]).mean() for d, near in zip(apart, places, strict=True)]
        density = 1.0 / np.maximum(np.array(mean), TINY)
        return OutliersScorer(
            OutliersState(count, centres.tolist(), spread.tolist(), z.tolist(), reach.tolist(), density.tolist())
        )

    def search(self, rng: np.random.Generator) -> LocalOutliers:
        """Other numbers of neighbours."""
        return replace(self, neighbours=int(draw_value(rng, (5, 10, 20, 40))))

    def load(self, files: Mapping[str, bytes]) -> OutliersScorer:
        """The scorer from its JSON file."""
        return OutliersScorer.from_files(files)
