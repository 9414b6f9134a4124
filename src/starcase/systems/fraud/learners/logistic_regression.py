"""Logistic regression on centred features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.learners.learner import draw_value
from starcase.systems.fraud.learners.standardisation import compute_mean_and_spread
from starcase.systems.fraud.scoring.linear import LinearScorer, LinearState, log1p
from starcase.systems.fraud.training import FraudTrainingSet

ITERATIONS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticRegression:
    """L2-penalised logistic regression; amounts enter as logarithms, a missing value as the feature's mean.

    Args:
        c: inverse strength of the penalty.
        balanced: give both kinds the same total weight while fitting; calibration undoes it.
    """

    kind: ClassVar[str] = "logistic_regression"
    complexity: ClassVar[int] = 2
    supervised: ClassVar[bool] = True

    c: float = 0.01
    balanced: bool = False

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> LinearScorer:
        """Fit on known labels."""
        from sklearn.linear_model import LogisticRegression as Solver  # noqa: PLC0415 - loaded when fitting

        del rng
        logs = tuple(name in train.money for name in train.names)
        x = _apply_logs(train.x, logs)
        centres, spread = compute_mean_and_spread(x)
        z = np.where(np.isnan(x), 0.0, (x - centres) / spread)
        solver = Solver(C=self.c, max_iter=ITERATIONS, class_weight="balanced" if self.balanced else None)
        solver.fit(z, train.y)
        return LinearScorer(
            LinearState(
                intercept=float(solver.intercept_[0]),
                weights=tuple((solver.coef_[0] / spread).tolist()),
                centres=tuple(centres.tolist()),
                logs=logs,
            )
        )

    def search(self, rng: np.random.Generator) -> LogisticRegression:
        """Another penalty."""
        return replace(self, c=draw_value(rng, (0.001, 0.003, 0.01, 0.03, 0.1, 1.0)), balanced=bool(rng.integers(2)))

    def load(self, files: Mapping[str, bytes]) -> LinearScorer:
        """The scorer from its JSON file."""
        return LinearScorer.from_files(files)


def _apply_logs(x: FloatArray, logs: tuple[bool, ...]) -> FloatArray:
    out = x.copy()
    for place in np.flatnonzero(logs):
        out[:, place] = [log1p(value) for value in x[:, place].tolist()]
    return out
