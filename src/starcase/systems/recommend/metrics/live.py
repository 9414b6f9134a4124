"""Live metrics of served recommendations, from the outcomes that have arrived."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from starcase.contract.model import Direction
from starcase.systems.recommend import simulated_users
from starcase.systems.recommend.environment import OUTCOME


@dataclass(frozen=True, slots=True)
class TakenRate:
    """The share of answers with a taken item. It depends on what was shown, so it cannot be judged in shadow.

    >>> served = pl.DataFrame({"outcome": [1.0, 0.0, None], "outcome_weight": [1.0, 1.0, None]})
    >>> TakenRate().per_decision(served).rows()
    [(1.0, 1.0), (0.0, 1.0), (None, None)]
    """

    name: str = "taken_rate"
    unit: str = "share"
    direction: Direction = "higher"
    outcome: str = OUTCOME
    outcome_is_fact: bool = False
    largest_weight: float = 1.0
    simulated: bool = False

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        """One row for each decision; null where the outcome is not known."""
        weight = pl.when(pl.col("outcome").is_not_null()).then(pl.col("outcome_weight"))
        return decisions.select(numerator=weight * pl.col("outcome"), denominator=weight)


@dataclass(frozen=True, slots=True)
class ChurnRate(TakenRate):
    """The share of visits after which the user did not come back in time.

    >>> served = pl.DataFrame({"outcome": [1.0, 0.0, None], "outcome_weight": [1.0, 1.0, None]})
    >>> ChurnRate().per_decision(served).rows()
    [(0.0, 1.0), (1.0, 1.0), (None, None)]
    """

    name: str = "simulated_churn_rate"
    direction: Direction = "lower"
    outcome: str = simulated_users.RETURN
    simulated: bool = True

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        """One row for each decision; null where the outcome is not known."""
        weight = pl.when(pl.col("outcome").is_not_null()).then(pl.col("outcome_weight"))
        return decisions.select(numerator=weight * (1.0 - pl.col("outcome")), denominator=weight)


def build_live_metrics(*, simulated: bool, returning: bool = False) -> tuple[TakenRate, ...]:
    """Build the live metrics; their names say where users are simulated."""
    taken = (
        TakenRate(name="simulated_taken_rate", outcome=simulated_users.OUTCOME, simulated=True)
        if simulated
        else TakenRate()
    )
    return (taken, ChurnRate()) if returning else (taken,)
