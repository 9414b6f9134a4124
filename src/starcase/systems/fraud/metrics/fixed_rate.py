"""Recall and errors at a fixed false positive rate, so that two models are comparable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl

from starcase.contract.model import Direction
from starcase.contract.request import Answer
from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.metrics.ranking_counts import RankingCounts, build_ranking_table, count_by_score


@dataclass(frozen=True, slots=True)
class RecallAtRate:
    """The share of frauds caught when at most ``rate`` of the legitimate transactions are alerted.

    >>> RecallAtRate(0.001).name
    'recall_at_0.1pct_fpr'
    """

    rate: float
    unit: str = "share"
    direction: Direction = "higher"
    by_rank: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """The rate in per cent is part of the name."""
        return f"recall_at_{self.rate * 100:g}pct_fpr"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Score and outcome of each row."""
        return build_ranking_table(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The recall under each weighting, (draws,); NaN where no fraud has weight."""
        counted = count_by_score(units, weights)
        frauds = counted.all_frauds
        return np.divide(
            compute_caught_frauds(counted, self.rate), frauds, out=np.full_like(frauds, np.nan), where=frauds > 0
        )


@dataclass(frozen=True, slots=True)
class ErrorsAtRate:
    """Missed frauds plus false positives per 1,000 transactions at the same number of false positives.

    ``rate`` of the legitimate transactions is that number, the budget; report it with the figure.
    """

    rate: float
    unit: str = "per 1,000"
    direction: Direction = "lower"
    by_rank: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """The budget in per cent of legitimate transactions is part of the name."""
        return f"errors_at_{self.rate * 100:g}pct_fpr"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Score and outcome of each row."""
        return build_ranking_table(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The errors under each weighting, (draws,); NaN where no fraud has weight."""
        counted = count_by_score(units, weights)
        frauds = counted.all_frauds
        errors = frauds - compute_caught_frauds(counted, self.rate) + self.rate * (counted.total - frauds)
        return np.where(frauds > 0, 1000 * errors / counted.total, np.nan)


def compute_caught_frauds(counted: RankingCounts, rate: float) -> FloatArray:
    """(draws,) weight of the frauds above the lowest threshold that keeps false positives within ``rate``."""
    allowed = rate * (counted.total - counted.all_frauds)
    within = counted.alerts - counted.caught <= allowed[:, None] * (1 + 1e-12)
    return np.asarray(np.where(within, counted.caught, 0.0).max(axis=1, initial=0.0))
