from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from starcase.contract.request import Answer, FloatArray
from starcase.testing import ContractBroken, ToySystem, check_metric, toy_case

OUTCOMES = pl.DataFrame({"id": [f"r{i}" for i in range(8)], "outcome": [0.0, 1.0] * 4})
BETTER = [Answer("approve", 0.1), Answer("block", 0.9)] * 4
WORSE = [Answer("block", 0.9), Answer("approve", 0.1)] * 4


class Good:
    name = "squared"
    unit = "share"
    direction = "lower"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        scores = np.array([answer.score for answer in answers])
        return pl.DataFrame({"error": (scores - outcomes["outcome"].to_numpy() - 0.01 * np.arange(8)) ** 2})

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        with np.errstate(invalid="ignore"):
            return np.asarray(weights @ units["error"].to_numpy() / weights.sum(axis=1))


class WrongWay(Good):
    direction = "higher"


class Sideways(Good):
    direction = "sideways"


class Unweighted(Good):
    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        return np.full(len(weights), units["error"].to_numpy().mean())


class OneValue(Good):
    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> Any:
        return float(super().value(units, weights)[0])


class Drops(Good):
    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_unit(answers, outcomes)[:-1]


class Changes(Good):
    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        kept = super().per_unit(answers, outcomes)
        if "seen" not in outcomes.columns:
            outcomes.insert_column(0, pl.Series("seen", [True] * outcomes.height))
        return kept


class Scales(Good):
    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        value = super().value(units, weights)
        weights /= 2
        return value


class Zero(Good):
    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        return np.nan_to_num(super().value(units, weights))


class Raises(Good):
    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        raise KeyError("error")


class Noisy(Good):
    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        return super().per_unit(answers, outcomes) + np.random.default_rng().random() / 100


def test_good_metrics_pass_the_check() -> None:
    check_metric(Good(), OUTCOMES, BETTER, WORSE)  # type: ignore[arg-type]


def test_the_toy_metric_passes_the_check() -> None:
    with np.errstate(invalid="ignore"):
        check_metric(ToySystem().metrics(toy_case())[0], OUTCOMES, BETTER, WORSE)


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (WrongWay(), "higher should be better, but the better model reaches"),
        (Sideways(), "its direction is 'sideways'"),
        (Unweighted(), "weights of 0, 1 and 2 give"),
        (OneValue(), "values of shape ()"),
        (Drops(), "it keeps 7 rows of 8 outcomes"),
        (Changes(), "it changes the outcomes table"),
        (Scales(), "it changes the weights array"),
        (Zero(), "NaN is required"),
        (Raises(), "measuring raised KeyError"),
        (Noisy(), "two calls keep different rows"),
        (object(), "it has no `direction`"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_violation_is_reported(metric: Any, words: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        check_metric(metric, OUTCOMES.clone(), BETTER, WORSE)
    assert words in str(caught.value)
