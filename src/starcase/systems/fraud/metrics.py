"""How well frauds are told from honest payments; every metric can be recomputed under any weighting of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from starcase.case.model import Direction
from starcase.case.request import Answer, FloatArray
from starcase.systems.fraud.threshold import BLOCK


def scored(answers: Sequence[Answer], outcomes: pl.DataFrame) -> pl.DataFrame:
    """Score, action and outcome of each row."""
    return pl.DataFrame(
        {
            "score": pl.Series([answer.score for answer in answers], dtype=pl.Float64),
            "blocked": pl.Series([answer.action == BLOCK for answer in answers], dtype=pl.Boolean),
            "fraud": outcomes["outcome"] == 1,
        }
    )


def _descending(units: pl.DataFrame, weights: FloatArray) -> tuple[np.ndarray, FloatArray, FloatArray]:
    """Where runs of equal scores end; cumulative weight of frauds and of the others from the highest score down."""
    score = units["score"].to_numpy()
    order = np.argsort(-score, kind="stable")
    fraud = units["fraud"].to_numpy()[order]
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    ranked = weights[:, order]
    caught = np.cumsum(ranked * fraud, axis=1)[:, ends]
    alarms = np.cumsum(ranked * ~fraud, axis=1)[:, ends]
    return ends, caught, alarms


@dataclass(frozen=True, slots=True)
class AveragePrecision:
    """Precision averaged over the recall steps; equal scores are one step, as in scikit-learn's definition."""

    name: str = "average_precision"
    unit: str = "share"
    direction: Direction = "higher"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Score, action and outcome of each row."""
        return scored(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """Sum over steps of (gain in recall) x precision; NaN where a weighting holds no fraud."""
        if units["score"].is_nan().any():
            return np.full(weights.shape[0], np.nan)
        _, caught, alarms = _descending(units, weights)
        gained = np.diff(caught, axis=1, prepend=0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            precision = np.where(caught > 0, caught / (caught + alarms), 0.0)
            return np.asarray(np.sum(gained * precision, axis=1) / caught[:, -1])


@dataclass(frozen=True, slots=True)
class RecallAtRate:
    """Share of frauds found where at most ``rate`` of the honest payments are alarmed."""

    rate: float
    name: str
    unit: str = "share"
    direction: Direction = "higher"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Score, action and outcome of each row."""
        return scored(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """Recall at the lowest threshold that keeps the budget; NaN where a weighting holds one class only."""
        if units["score"].is_nan().any():
            return np.full(weights.shape[0], np.nan)
        _, caught, alarms = _descending(units, weights)
        allowed = np.sum(alarms <= self.rate * alarms[:, -1:], axis=1)
        found = np.take_along_axis(np.pad(caught, ((0, 0), (1, 0))), allowed[:, None], axis=1)[:, 0]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(alarms[:, -1] > 0, found / caught[:, -1], np.nan))


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """A rate at the model's own threshold: of frauds found, of honest payments blocked, or of all blocked."""

    name: str
    direction: Direction
    among: bool | None
    unit: str = "share"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Score, action and outcome of each row."""
        return scored(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """Weighted share blocked among the rows it is about."""
        fraud = units["fraud"].to_numpy()
        about = np.ones(fraud.size) if self.among is None else (fraud == self.among).astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(weights @ (about * units["blocked"].to_numpy()) / (weights @ about))


METRICS = (
    AveragePrecision(),
    RecallAtRate(0.001, "recall_at_0.1pct_fpr"),
    RecallAtRate(0.01, "recall_at_1pct_fpr"),
    OwnDecision("recall", "higher", among=True),
    OwnDecision("false_positive_rate", "lower", among=False),
    OwnDecision("alert_rate", "lower", among=None),
)
