"""The expected cost of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from starcase.contract.model import Direction
from starcase.contract.request import Answer
from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.model import BLOCK


@dataclass(frozen=True, slots=True)
class ExpectedCost:
    """Cost per 1,000 transactions: a missed fraud costs its amount, an alert its review.

    Args:
        review_cost: of one alert, in the case's currency.
        currency: the case's currency.
    """

    review_cost: float
    currency: str
    name: str = "expected_cost"
    direction: Direction = "lower"

    @property
    def unit(self) -> str:
        """Currency per 1,000 transactions."""
        return f"{self.currency} per 1,000"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """The cost of each row."""
        blocked = np.array([answer.action == BLOCK for answer in answers], dtype=np.bool_)
        missed = outcomes["outcome"].to_numpy() * outcomes["amount"].to_numpy()
        return pl.DataFrame({"cost": np.where(blocked, self.review_cost, missed)}, schema={"cost": pl.Float64})

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The cost under each weighting, (draws,)."""
        return np.asarray(1000 * (weights @ units["cost"].to_numpy()) / weights.sum(axis=1))
