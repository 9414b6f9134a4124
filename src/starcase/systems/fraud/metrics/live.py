"""Live metrics of served decisions, from the labels that have arrived."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from starcase.contract.model import Direction, LiveMetric
from starcase.systems.fraud.environment import OUTCOME
from starcase.systems.fraud.model import BLOCK

WEIGHT = pl.col("outcome_weight")
FRAUD = pl.col("outcome")
LEGITIMATE = 1 - FRAUD
BLOCKED = (pl.col("action") == BLOCK).cast(pl.Float64)


@dataclass(frozen=True, slots=True)
class LiveRate:
    """A share of transactions; a blocked one that was let through is weighted for all blocked ones.

    Args:
        name: of the metric.
        direction: which way is better.
        counted: how much of a transaction counts, null where its label is not known.
        hit: the share of the counted part that is in the numerator.
        largest_weight: weight of a blocked transaction that was let through.
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
        """One row for each decision; null where the label is unknown, or the transaction was blocked for good.

        >>> served = pl.DataFrame({"action": [BLOCK, "approve", BLOCK], "outcome": [0.0, 1.0, None],
        ...                        "outcome_weight": [20.0, 1.0, None]})
        >>> create_live_metrics(0.05)[0].per_decision(served).rows()
        [(20.0, 20.0), (1.0, 1.0), (None, None)]
        """
        return decisions.select(numerator=self.counted * self.hit, denominator=self.counted)


def create_live_metrics(pass_through: float) -> tuple[LiveMetric, ...]:
    """Create error rate, false positive rate and recall; the first is the objective.

    Args:
        pass_through: share of blocked transactions that is let through; with 0 their outcomes stay unknown.
    """
    weight = 1 / pass_through if pass_through else 1.0
    return (
        LiveRate("error_rate", "lower", counted=WEIGHT, hit=(BLOCKED - FRAUD).abs(), largest_weight=weight),
        LiveRate("false_positive_rate", "lower", counted=WEIGHT * LEGITIMATE, hit=BLOCKED, largest_weight=weight),
        LiveRate("recall", "higher", counted=WEIGHT * FRAUD, hit=BLOCKED, largest_weight=weight),
    )
