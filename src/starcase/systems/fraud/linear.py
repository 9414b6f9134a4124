"""Logistic regression, served as one dot product."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from starcase.case.model import Model, Parameters
from starcase.case.request import Answer, FloatArray, Request, matrix
from starcase.systems.fraud.dataset import Train
from starcase.systems.fraud.threshold import answers, by_budget, split

FILE = "linear.json"


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A standardised linear score through the logistic function."""

    names: tuple[str, ...]
    centre: FloatArray
    weights: FloatArray
    intercept: float
    threshold: float

    def scores(self, features: FloatArray) -> FloatArray:
        """Probabilities, (n,), of features (n, k); a missing value counts as the training mean.

        Summed row by row, so that a row's score does not depend on the batch it is in.
        """
        centred = np.nan_to_num(features - self.centre, nan=0.0)
        return np.asarray(1 / (1 + np.exp(-(np.sum(centred * self.weights, axis=1) + self.intercept))))

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """Block or approve."""
        return answers(self.scores(matrix(requests, self.names)), self.threshold)


@dataclass(frozen=True, slots=True)
class LogisticRegression:
    """L2-regularised logistic regression on standardised features.

    Source: scikit-learn's ``LogisticRegression``; served without it.
    """

    c: float = 0.1
    alert_budget: float = 0.002
    name: str = "logistic_regression"
    complexity: int = 2

    @property
    def parameters(self) -> Parameters:
        """Inverse regularisation strength and alert budget."""
        return {"c": self.c, "alert_budget": self.alert_budget}

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[LogisticRegression]:
        """Regularisation strengths around the present one."""
        del rng
        return [replace(self, c=c) for c in (self.c, 0.01, 1.0, 0.001, 10.0)[:trials]]

    def fit(self, train: Train, /, *, rng: np.random.Generator) -> Model:
        """Fit on the earlier rows, set the threshold on the later ones."""
        from sklearn.linear_model import LogisticRegression as Estimator  # noqa: PLC0415 - loaded when needed

        fitted, later = split(train)
        centre, spread = np.nanmean(fitted.features, axis=0), np.nanstd(fitted.features, axis=0)
        spread[spread == 0] = 1.0
        estimator = Estimator(C=self.c, max_iter=500, random_state=int(rng.integers(2**31)))
        estimator.fit(np.nan_to_num((fitted.features - centre) / spread, nan=0.0), fitted.outcome)
        model = LinearModel(train.names, centre, estimator.coef_[0] / spread, float(estimator.intercept_[0]), np.inf)
        return replace(model, threshold=by_budget(model.scores(later.features), self.alert_budget))

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """One JSON file; JSON keeps every bit of a double."""
        if not isinstance(model, LinearModel):
            raise TypeError(f"{type(model).__name__} is not a LinearModel")
        parts = [list(model.names), model.centre.tolist(), model.weights.tolist(), model.intercept, model.threshold]
        return {FILE: json.dumps(parts).encode()}

    def load(self, files: Mapping[str, bytes], /) -> Model:
        """The model from its file."""
        names, centre, weights, intercept, threshold = json.loads(files[FILE])
        return LinearModel(tuple(names), np.array(centre), np.array(weights), intercept, threshold)
