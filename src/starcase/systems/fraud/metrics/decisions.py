"""Metrics of a model's decisions: alert rate, false positive rate and recall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from starcase.contract.model import Direction
from starcase.contract.request import Answer
from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.model import BLOCK


def build_decision_table(answers: Sequence[Answer], outcomes: pl.DataFrame) -> pl.DataFrame:
    """Build a table of whether each row was blocked and whether it was fraud, as 0 and 1."""
    return pl.DataFrame(
        {"blocked": [float(answer.action == BLOCK) for answer in answers], "fraud": outcomes["outcome"]},
        schema={"blocked": pl.Float64, "fraud": pl.Float64},
    )


def _compute_share(part: FloatArray, whole: FloatArray, weights: FloatArray) -> FloatArray:
    total = weights @ whole
    return np.divide(weights @ (part * whole), total, out=np.full_like(total, np.nan), where=total > 0)


class FraudAlertRate:
    """The share of transactions that are blocked."""

    name = "alert_rate"
    unit = "share"
    direction: Direction = "lower"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Decision and outcome of each row."""
        return build_decision_table(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The rate under each weighting, (draws,)."""
        blocked = units["blocked"].to_numpy()
        return _compute_share(blocked, np.ones_like(blocked), weights)


class FalsePositiveRate:
    """The share of legitimate transactions that are blocked."""

    name = "false_positive_rate"
    unit = "share"
    direction: Direction = "lower"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Decision and outcome of each row."""
        return build_decision_table(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The rate under each weighting, (draws,); NaN without legitimate rows."""
        return _compute_share(units["blocked"].to_numpy(), 1 - units["fraud"].to_numpy(), weights)


class Recall:
    """The share of frauds that are blocked."""

    name = "recall"
    unit = "share"
    direction: Direction = "higher"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Decision and outcome of each row."""
        return build_decision_table(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The recall under each weighting, (draws,); NaN without frauds."""
        return _compute_share(units["blocked"].to_numpy(), units["fraud"].to_numpy(), weights)
