"""What serving a model does to card holders, from the labels that have arrived."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from starcase.contract.model import Direction, LiveMetric
from starcase.systems.fraud.environment import OUTCOME
from starcase.systems.fraud.model import BLOCK

WEIGHT = pl.col("outcome_weight")
FRAUD = pl.col("outcome")
HONEST = 1 - FRAUD
BLOCKED = (pl.col("action") == BLOCK).cast(pl.Float64)


@dataclass(frozen=True, slots=True)
class LiveRate:
    """A share of transactions; one that was blocked is known only if it was let through, and then weighs for all.

    Args:
        name: what it is called.
        direction: which way is better.
        counted: how much of a transaction counts, null where its label is not known.
        hit: how much of what counts is hit.
        largest_weight: what a blocked transaction that was let through weighs.
    """

    name: str
    direction: Direction
    counted: pl.Expr
    hit: pl.Expr
    largest_weight: float
    unit: str = "share"
    outcome: str = OUTCOME
    outcome_is_fact: bool = True

    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        """Null where the label has not arrived, and where a transaction was blocked and not let through.

        >>> served = pl.DataFrame({"action": [BLOCK, "approve", BLOCK], "outcome": [0.0, 1.0, None],
        ...                        "outcome_weight": [20.0, 1.0, None]})
        >>> create_live_metrics(0.05)[0].per_decision(served).rows()
        [(20.0, 20.0), (1.0, 1.0), (None, None)]
        """
        return decisions.select(numerator=self.counted * self.hit, denominator=self.counted)


def create_live_metrics(pass_through: float) -> tuple[LiveMetric, ...]:
    """Wrong decisions of all, honest transactions blocked, frauds stopped; the first is the objective.

    Args:
        pass_through: share of blocked transactions that is let through; where it is 0 nothing is known of them.
    """
    weight = 1 / pass_through if pass_through else 1.0
    return (
        LiveRate("error_rate", "lower", counted=WEIGHT, hit=(BLOCKED - FRAUD).abs(), largest_weight=weight),
        LiveRate("false_positive_rate", "lower", counted=WEIGHT * HONEST, hit=BLOCKED, largest_weight=weight),
        LiveRate("recall", "higher", counted=WEIGHT * FRAUD, hit=BLOCKED, largest_weight=weight),
    )
