"""Gradient-boosted trees configured for few frauds: small trees, strong L2, legitimate rows sampled and weighted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.learners.learner import draw_value
from starcase.systems.fraud.learners.undersampling import sample_legitimate
from starcase.systems.fraud.scoring.boosted import BoostedScorer
from starcase.systems.fraud.training import FraudTrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostedTrees:
    """LightGBM; never with the library's defaults, which collapse at one fraud in five hundred.

    Args:
        trees: number of trees.
        leaves: leaves of each.
        learning_rate: shrinkage of each tree.
        smallest_leaf: rows a leaf needs.
        l2: penalty on leaf values.
        row_share: share of rows each tree sees.
        column_share: share of features each tree sees.
        bins: values a feature is cut at, at most.
        legit_sample: at most this many legitimate rows are used, weighted so that probabilities stay true.
    """

    kind: ClassVar[str] = "boosted_trees"
    complexity: ClassVar[int] = 4
    supervised: ClassVar[bool] = True

    trees: int = 250
    leaves: int = 15
    learning_rate: float = 0.05
    smallest_leaf: int = 20
    l2: float = 10.0
    row_share: float = 0.8
    column_share: float = 0.6
    bins: int = 1023
    legit_sample: int = 40_000

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> BoostedScorer:
        """Fit on known labels, single-threaded and deterministic."""
        rows, weights = sample_legitimate(train.y, self.legit_sample, rng)
        return BoostedScorer(self._train_booster(train.x[rows], train.y[rows], weights, rng), len(train.names))

    def search(self, rng: np.random.Generator) -> BoostedTrees:
        """Other sizes, penalties and shares."""
        return replace(
            self,
            trees=int(draw_value(rng, (150, 250, 400))),
            leaves=int(draw_value(rng, (4, 7, 15, 31))),
            learning_rate=draw_value(rng, (0.03, 0.05, 0.1)),
            smallest_leaf=int(draw_value(rng, (5, 10, 20, 50))),
            l2=draw_value(rng, (1.0, 5.0, 10.0, 30.0)),
            column_share=draw_value(rng, (0.4, 0.6, 0.9)),
        )

    def load(self, files: Mapping[str, bytes]) -> BoostedScorer:
        """The scorer from LightGBM's text."""
        return BoostedScorer.from_files(files)

    def _train_booster(self, x: FloatArray, y: FloatArray, weights: FloatArray, rng: np.random.Generator) -> str:
        import lightgbm  # noqa: PLC0415 - loaded when fitting

        parameters = {
            "objective": "binary", "num_leaves": self.leaves, "learning_rate": self.learning_rate,
            "min_data_in_leaf": self.smallest_leaf, "lambda_l2": self.l2, "bagging_fraction": self.row_share,
            "bagging_freq": 1, "feature_fraction": self.column_share, "seed": int(rng.integers(2**31 - 1)),
            "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
            "min_sum_hessian_in_leaf": 1e-3, "max_bin": self.bins,
        }  # fmt: skip
        data = lightgbm.Dataset(x, label=y, weight=weights, free_raw_data=True)
        booster = lightgbm.train(parameters, data, num_boost_round=self.trees)
        return str(booster.model_to_string())
