from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from starcase.evidence.decisions.tables import DECISIONS
from starcase.systems.fraud.metrics.live import create_live_metrics
from starcase.testing import ContractBroken, ToySystem, check_live_metric, toy_case
from starcase.testing.toy import ToyErrors

OUTCOMES: list[float | None] = [0.0, 1.0, None, 0.0]
WEIGHTS: list[float | None] = [1.0, 10.0, None, 2.0]


def served(*actions: str) -> pl.DataFrame:
    rows = [
        (n, f"r{n}", f"u{n}", n, 1, 0, "a", "m", 1.0, action, 0.5, "", 1.0, OUTCOMES[n], n, WEIGHTS[n])
        for n, action in enumerate(actions)
    ]
    return pl.DataFrame(rows, schema=DECISIONS, orient="row")


BETTER = served("approve", "block", "block", "approve")
WORSE = served("block", "approve", "block", "block")


class Good(ToyErrors):
    def __init__(self, **changes: Any) -> None:
        super().__init__("error_rate", among_good=False, **changes)


class Unweighted(Good):
    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_decision(decisions.with_columns(outcome_weight=0 * pl.col("outcome") + 1))


class Whole(Good):
    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_decision(decisions).cast(pl.Int64)


class Drops(Good):
    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_decision(decisions).drop_nulls()


class Fills(Good):
    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_decision(decisions).with_columns(pl.col("numerator").fill_null(0.0))


class Centres(Good):
    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_decision(decisions).with_columns(numerator=pl.col("numerator").cum_sum())


class Infinite(Good):
    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_decision(decisions) * np.inf


class Negative(Good):
    def per_decision(self, decisions: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_decision(decisions) * -1


@pytest.mark.parametrize(
    "metric", [*ToySystem().live_metrics(toy_case()), *create_live_metrics(0.1)], ids=lambda m: m.name
)
def test_good_live_metrics_pass_the_check(metric: Any) -> None:
    check_live_metric(metric, BETTER, WORSE)


def test_a_metric_is_the_quotient_of_weighted_sums() -> None:
    found = ToySystem().live_metrics(toy_case())[0].per_decision(WORSE).sum()
    assert found.row(0) == (13.0, 13.0)
    found = create_live_metrics(0.1)[1].per_decision(BETTER.with_columns(action=pl.lit("block"))).sum()
    assert found.row(0) == (3.0, 3.0)


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (Unweighted(), "an outcome of doubled weight does not count twice"),
        (Good(direction="higher"), "higher should be better, but the better model reaches 0"),
        (Whole(), "numerator and denominator, both Float64, are required"),
        (Drops(), "it gives 3 rows of 4 decisions"),
        (Fills(), "a numerator without a denominator"),
        (Centres(), "depend on the other decisions"),
        (Infinite(), "a value is not finite"),
        (Negative(), "a denominator is below zero"),
        (Good(largest_weight=0.0), "a finite number of at least 1 is required"),
        (Good(largest_weight=2.0), "an outcome weighs 10, more than the largest weight of 2"),
        (Good(outcome_is_fact=None), "True or False is required"),
        (object(), "it has no `per_decision`"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_violation_is_reported(metric: Any, words: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        check_live_metric(metric, BETTER, WORSE)
    assert words in str(caught.value)
