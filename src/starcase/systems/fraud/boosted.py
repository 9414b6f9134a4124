"""Gradient boosted trees, served through LightGBM's single-row entry."""

from __future__ import annotations

import ctypes
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import lightgbm
import numpy as np
from lightgbm.basic import _LIB, _safe_call  # type: ignore[attr-defined]

from starcase.case.model import Model, Parameters
from starcase.case.request import Answer, FloatArray, Request, matrix
from starcase.systems.fraud.dataset import Train
from starcase.systems.fraud.threshold import answers, by_budget, split

TREES, META = "trees.txt", "meta.json"
NORMAL_PREDICTION, FLOAT64 = 0, 1


class SingleRow:
    """LightGBM's ``SingleRowFast`` C entry: one row in, one probability out, bit-identical to ``Booster.predict``.

    Buffers are reused, so an instance belongs to one thread.
    """

    def __init__(self, booster: lightgbm.Booster) -> None:
        self._booster = booster
        width = booster.num_feature()
        self._row = np.zeros(width)
        self._score = np.zeros(1)
        self._length = ctypes.c_int64(0)
        self._config = ctypes.c_void_p()
        _safe_call(
            _LIB.LGBM_BoosterPredictForMatSingleRowFastInit(
                booster._handle,  # noqa: SLF001 - the handle of the public C interface
                ctypes.c_int(NORMAL_PREDICTION), ctypes.c_int(0), ctypes.c_int(-1), ctypes.c_int(FLOAT64),
                ctypes.c_int32(width), ctypes.c_char_p(b"num_threads=1"), ctypes.byref(self._config),
            )
        )  # fmt: skip
        self._arguments = (
            self._config,
            ctypes.c_void_p(self._row.ctypes.data),
            ctypes.byref(self._length),
            ctypes.c_void_p(self._score.ctypes.data),
        )

    def predict(self, row: Sequence[float] | FloatArray) -> float:
        """The probability for one row of feature values."""
        self._row[:] = row
        _safe_call(_LIB.LGBM_BoosterPredictForMatSingleRowFast(*self._arguments))
        return float(self._score[0])

    def __del__(self) -> None:
        _LIB.LGBM_FastConfigFree(self._config)


class BoostedModel:
    """Boosted trees with a decision threshold."""

    def __init__(self, names: tuple[str, ...], text: str, threshold: float) -> None:
        self.names = names
        self.text = text
        self.threshold = threshold
        self.booster = lightgbm.Booster(model_str=text)
        self._own = threading.local()

    def scores(self, features: FloatArray) -> FloatArray:
        """Probabilities, (n,), of features (n, k)."""
        return np.asarray(self.booster.predict(features, num_threads=1))

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """Block or approve; one request takes the single-row entry."""
        if len(requests) != 1:
            return answers(self.scores(matrix(requests, self.names)), self.threshold) if requests else []
        single: SingleRow | None = getattr(self._own, "single", None)
        if single is None:
            single = self._own.single = SingleRow(self.booster)
        return answers(np.array([single.predict(matrix(requests, self.names)[0])]), self.threshold)


@dataclass(frozen=True, slots=True)
class LightGBM:
    """Boosted trees with small leaves and strong shrinkage, never the library's defaults.

    With a few hundred frauds the defaults overfit until a linear model beats them. All frauds are kept and
    ``legitimate`` of the others are sampled, each weighted by how many it stands for: scores stay probabilities.

    Source: Ke et al. (2017), LightGBM, NeurIPS 30.
    """

    leaves: int = 15
    learning_rate: float = 0.05
    trees: int = 250
    l2: float = 10.0
    smallest_leaf: int = 20
    legitimate: int = 40_000
    alert_budget: float = 0.002
    name: str = "lightgbm"
    complexity: int = 4

    @property
    def parameters(self) -> Parameters:
        """What the trees are grown with."""
        return {
            "leaves": self.leaves, "learning_rate": self.learning_rate, "trees": self.trees, "l2": self.l2,
            "smallest_leaf": self.smallest_leaf, "legitimate": self.legitimate, "alert_budget": self.alert_budget,
        }  # fmt: skip

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[LightGBM]:
        """The present parameters, then random ones around them."""
        drawn = [
            replace(
                self,
                leaves=int(rng.choice([4, 7, 15, 31])),
                learning_rate=float(rng.choice([0.02, 0.05, 0.1])),
                trees=int(rng.choice([100, 250, 400])),
                l2=float(rng.choice([1.0, 10.0, 50.0])),
                smallest_leaf=int(rng.choice([10, 20, 60])),
            )
            for _ in range(trials - 1)
        ]
        return [self, *drawn]

    def fit(self, train: Train, /, *, rng: np.random.Generator) -> Model:
        """Grow on the earlier rows, set the threshold on the later ones."""
        fitted, later = split(train)
        frauds, others = np.flatnonzero(fitted.outcome == 1), np.flatnonzero(fitted.outcome == 0)
        kept = np.sort(rng.choice(others, min(self.legitimate, others.size), replace=False))
        rows = np.sort(np.concatenate([frauds, kept]))
        weights = np.where(fitted.outcome[rows] == 1, 1.0, others.size / max(1, kept.size))
        grown = lightgbm.train(
            self._library_parameters(int(rng.integers(2**31))),
            lightgbm.Dataset(fitted.features[rows], fitted.outcome[rows], weight=weights, free_raw_data=True),
            num_boost_round=self.trees,
        )
        text = grown.model_to_string()
        unset = BoostedModel(train.names, text, np.inf)
        return BoostedModel(train.names, text, by_budget(unset.scores(later.features), self.alert_budget))

    def _library_parameters(self, seed: int) -> dict[str, Any]:
        return {
            "objective": "binary", "num_leaves": self.leaves, "learning_rate": self.learning_rate,
            "lambda_l2": self.l2, "min_data_in_leaf": self.smallest_leaf, "feature_fraction": 0.8,
            "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
        }  # fmt: skip

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """The trees as LightGBM's text, the rest as JSON."""
        if not isinstance(model, BoostedModel):
            raise TypeError(f"{type(model).__name__} is not a BoostedModel")
        return {TREES: model.text.encode(), META: json.dumps([list(model.names), model.threshold]).encode()}

    def load(self, files: Mapping[str, bytes], /) -> Model:
        """The model from its files."""
        names, threshold = json.loads(files[META])
        return BoostedModel(tuple(names), files[TREES].decode(), threshold)
