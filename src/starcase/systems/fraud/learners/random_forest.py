"""Random forest on all frauds and a sample of the legitimate rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from starcase.systems.fraud.learners.learner import draw_value
from starcase.systems.fraud.learners.undersampling import sample_legitimate
from starcase.systems.fraud.scoring.forest import ForestScorer, ForestState
from starcase.systems.fraud.scoring.forest_text import flatten_tree, format_forest
from starcase.systems.fraud.training import FraudTrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomForest:
    """scikit-learn's random forest, served by LightGBM's engine with the same answers.

    Args:
        trees: number of trees.
        smallest_leaf: rows a leaf needs.
        depth: cuts at most from root to leaf; 0 for no limit.
        legit_sample: at most this many legitimate rows are used; the scores undo it.

    Source: Breiman (2001), Random forests.
    """

    kind: ClassVar[str] = "random_forest"
    complexity: ClassVar[int] = 4
    supervised: ClassVar[bool] = True

    trees: int = 100
    smallest_leaf: int = 2
    depth: int = 0
    legit_sample: int = 20_000

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> ForestScorer:
        """Fit on known labels."""
        from sklearn.ensemble import RandomForestClassifier as Grower  # noqa: PLC0415 - loaded when fitting

        rows, weights = sample_legitimate(train.y, self.legit_sample, rng)
        x = train.x[rows].astype(np.float32)
        grower = Grower(
            n_estimators=self.trees, min_samples_leaf=self.smallest_leaf, max_depth=self.depth or None,
            random_state=int(rng.integers(2**31 - 1)), n_jobs=1,
        )  # fmt: skip
        grower.fit(x, train.y[rows])
        kept = 1.0 / float(weights.max())
        with_missing = np.asarray(np.isnan(x).any(axis=0))
        trees = [
            flatten_tree(one.tree_, np.asarray(one.tree_.value[:, 0, 1]), with_missing) for one in grower.estimators_
        ]
        return ForestScorer(format_forest(trees, x.shape[1]), ForestState(x.shape[1], self.trees, kept=kept))

    def search(self, rng: np.random.Generator) -> RandomForest:
        """Other leaf sizes and depths."""
        return replace(
            self, smallest_leaf=int(draw_value(rng, (1, 2, 5, 10))), depth=int(draw_value(rng, (0, 8, 12, 20)))
        )

    def load(self, files: Mapping[str, bytes]) -> ForestScorer:
        """The scorer from its files."""
        return ForestScorer.from_files(files)
