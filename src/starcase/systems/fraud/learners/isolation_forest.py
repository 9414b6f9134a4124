"""Isolation forest: rows that few random splits isolate are anomalies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.learners.learner import draw_value
from starcase.systems.fraud.scoring.forest import ForestScorer, ForestState
from starcase.systems.fraud.scoring.forest_text import flatten_tree, format_forest
from starcase.systems.fraud.training import FraudTrainingSet

PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationForest:
    """An unsupervised isolation forest; missing values are replaced by the feature's median in fitting.

    Args:
        trees: number of trees.
        sample: rows each tree is grown on.

    Source: Liu, Ting, Zhou (2008), Isolation Forest; grown by scikit-learn, served by LightGBM's engine.
    """

    kind: ClassVar[str] = "isolation_forest"
    complexity: ClassVar[int] = 3
    supervised: ClassVar[bool] = False

    trees: int = 100
    sample: int = 256

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> ForestScorer:
        """Grow on all rows, known labels or not."""
        from sklearn.ensemble import IsolationForest as Grower  # noqa: PLC0415 - loaded when fitting

        x = impute_medians(train.x)
        grower = Grower(
            n_estimators=self.trees, max_samples=min(self.sample, len(train)), random_state=int(rng.integers(2**31 - 1))
        )
        grower.fit(x.astype(np.float32))
        none_missing = np.zeros(x.shape[1], dtype=np.bool_)
        trees = [flatten_tree(one.tree_, _compute_path_lengths(one.tree_), none_missing) for one in grower.estimators_]
        path = float(compute_average_path(np.array([grower.max_samples_]))[0])
        return ForestScorer(format_forest(trees, x.shape[1]), ForestState(x.shape[1], self.trees, path))

    def search(self, rng: np.random.Generator) -> IsolationForest:
        """Other numbers of trees and rows."""
        return replace(
            self, trees=int(draw_value(rng, (50, 100, 200))), sample=int(draw_value(rng, (128, 256, 512, 1024)))
        )

    def load(self, files: Mapping[str, bytes]) -> ForestScorer:
        """The scorer from its files."""
        return ForestScorer.from_files(files)


def compute_average_path(rows: np.ndarray) -> FloatArray:
    """The expected path length of an unsuccessful search among ``rows`` points, equation 1 of Liu et al. (2008).

    >>> compute_average_path(np.array([1, 2])).tolist()
    [0.0, 1.0]
    """
    count = np.maximum(rows, PAIR + 1).astype(np.float64)
    long = 2.0 * (np.log(count - 1.0) + np.euler_gamma) - 2.0 * (count - 1.0) / count
    return np.asarray(np.where(rows <= 1, 0.0, np.where(rows == PAIR, 1.0, long)))


def impute_medians(x: FloatArray) -> FloatArray:
    """``x`` with missing values replaced by their feature's median; 0 where a feature is missing throughout."""
    missing = np.isnan(x)
    if not missing.any():
        return x
    medians = [
        float(np.median(column[~gone])) if not gone.all() else 0.0 for column, gone in zip(x.T, missing.T, strict=True)
    ]
    return np.where(missing, np.array(medians), x)


def _compute_path_lengths(tree: Any) -> FloatArray:
    """Compute the path length of each leaf: its depth plus the expected length of further splits."""
    depth = np.zeros(tree.node_count)
    for node in np.flatnonzero(tree.children_left >= 0):
        depth[[tree.children_left[node], tree.children_right[node]]] = depth[node] + 1.0
    return np.asarray(depth + 1.0 + compute_average_path(tree.n_node_samples) - 1.0)
