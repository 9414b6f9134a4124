"""Planted leaks are found, clean data are left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest
from tests.gate.toys import evidence

from starcase.case.request import RequestTable
from starcase.case.spec import Case
from starcase.case.system import Fold, GateEvidence
from starcase.gate.leakage import Leakage
from starcase.testing import ToySystem, toy_case
from starcase.testing.toy import DELAY, ToyDataset

Plant = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Wide(ToyDataset):
    """The toy with whatever further columns its rows have as features."""

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        return self.train(fold).select(
            id=pl.format("r{}", "at"), cluster=pl.format("r{}", "at"), at="at", known_at=pl.col("at") + DELAY,
            outcome="bad", features=pl.struct(pl.exclude("at", "bad")),
        )  # fmt: skip

    def requests(self, fold: Fold) -> RequestTable:
        rows = self._test(fold)
        names = [f"r{at}" for at in rows["at"]]
        return RequestTable(names, names, rows["at"].to_list(), rows.drop("at", "bad"))


class Planted(ToySystem):
    def __init__(self, plant: Plant, dataset: type[Wide] = Wide) -> None:
        self.plant, self.dataset = plant, dataset

    def load(self, case: Case) -> Wide:
        return self.dataset(self.plant(super().load(case).rows))


class Early(Wide):
    """Takes rows into training whose outcome nobody knew yet."""

    def train(self, fold: Fold) -> pl.DataFrame:
        return self.rows.filter(pl.col("at") < fold.train_end)


class Overlapping(Wide):
    """Trains on the first tenth of the test span."""

    def train(self, fold: Fold) -> pl.DataFrame:
        return self.rows.filter(pl.col("at") < fold.train_end + (fold.test_end - fold.test_start) // 10)


def clean(rows: pl.DataFrame) -> pl.DataFrame:
    return rows


def copied(rows: pl.DataFrame) -> pl.DataFrame:
    """Every tenth row of the second half is a copy of one of the first half."""
    n = rows.height
    source = np.arange(n)
    source[n // 2 :: 10] = source[: n // 2 : 10][: source[n // 2 :: 10].size]
    return rows.with_columns(rows.select("x", "noise")[source])


def future_mean(rows: pl.DataFrame) -> pl.DataFrame:
    """The mean outcome of a row's name, its own outcome included, for training alone; two rows a name."""
    rng = np.random.default_rng(1)
    name = rng.permutation(rows.height) // 2
    mean = rows.select(pl.col("bad").mean().over(pl.Series(name))).to_series()
    later = pl.Series(rng.random(rows.height))
    return rows.with_columns(mean=pl.when(pl.col("at") < 1500).then(0.9 * pl.col("bad") + 0.1 * mean).otherwise(later))


PLANTS: dict[str, tuple[Plant, type[Wide], str]] = {
    "copy of the outcome": (lambda r: r.with_columns(y=pl.col("bad") * 3 + 1), Wide, "feature y alone"),
    "outcome with a little noise": (
        lambda r: r.with_columns(y=pl.col("bad") + 0.1 * pl.col("noise")), Wide, "feature y alone",
    ),
    "missing where it was bad": (
        lambda r: r.with_columns(y=pl.when(pl.col("bad") == 0).then(pl.lit("seen"))), Wide, "feature y alone",
    ),
    "outcome in training alone": (future_mean, Wide, "feature mean"),
    "copies over the split": (copied, Wide, "copies of training rows"),
    "the time": (lambda r: r.with_columns(clock=pl.col("at") * 60.0), Wide, "feature clock is a clock"),
    "a row number downwards": (lambda r: r.with_columns(left=-pl.col("at")), Wide, "feature left is a clock"),
    "a name": (lambda r: r.with_columns(code=pl.format("k{}", "at")), Wide, "feature code names the row"),
    "a number that names the row": (
        lambda r: r.with_columns(code=(pl.col("at") * 7919) % 1_000_003), Wide, "feature code names the row",
    ),
    "outcomes before they were known": (clean, Early, "known after the end of training"),
    "rows of the test span": (clean, Overlapping, "from the test span"),
}  # fmt: skip


def planted(plant: Plant, dataset: type[Wide] = Wide, seed: int = 7) -> GateEvidence:
    return evidence(case=replace(toy_case(), seed=seed), system=Planted(plant, dataset))


@pytest.mark.parametrize("leak", PLANTS)
def test_a_planted_leak_is_found_and_named(leak: str) -> None:
    plant, dataset, said = PLANTS[leak]
    result = Leakage().check(planted(plant, dataset))
    assert (result.outcome, said in result.why) == ("failed", True), result.why
    assert result.figures


@pytest.mark.simulation
def test_clean_data_raise_no_alarm() -> None:
    """Sixty clean sets; at 2 % false alarms, four or more have a chance below 4 % (binomial)."""
    alarms = [Leakage().check(planted(clean, seed=seed)).outcome != "passed" for seed in range(60)]
    assert sum(alarms) <= 3


def test_coarse_features_copy_each_other_by_nature() -> None:
    rounded = planted(lambda r: r.with_columns(pl.col("x", "noise").round(0)))
    assert Leakage().check(rounded).outcome == "passed"


def test_too_little_training_cannot_say() -> None:
    assert Leakage(rows=10_000).check(planted(clean)).outcome == "failed-unknown"
