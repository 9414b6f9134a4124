"""Toy data into which a leak is planted, and clean data of several natures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from starcase.contract.case_spec import Case
from starcase.contract.model_identity import hash_model
from starcase.contract.request import RequestTable
from starcase.contract.system import Fold, GateEvidence
from starcase.testing import ToySystem, toy_case
from starcase.testing.toy import DELAY, ToyCandidate, ToyDataset

Plant = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]
GROUP = "group"  # the column that names a row's independent unit, and no feature


@dataclass(frozen=True, slots=True)
class Wide(ToyDataset):
    """The toy with whatever further columns its rows have as features."""

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        return self.train(fold).select(
            id=pl.format("r{}", "at"), cluster=self._cluster(), at="at", known_at=pl.col("at") + DELAY,
            outcome="bad", features=pl.struct(pl.exclude("at", "bad", GROUP)),
        )  # fmt: skip

    def requests(self, fold: Fold) -> RequestTable:
        rows = self._select_test_rows(fold)
        names = [f"r{at}" for at in rows["at"]]
        return RequestTable(names, names, rows["at"].to_list(), rows.select(pl.exclude("at", "bad", GROUP)))

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        # not `super()`: a dataclass with slots is another class than the one the body closes over
        return ToyDataset.outcomes(self, fold).with_columns(
            cluster=self._select_test_rows(fold).select(self._cluster()).to_series()
        )

    def _cluster(self) -> pl.Expr:
        return pl.col(GROUP).cast(pl.String) if GROUP in self.rows.columns else pl.format("r{}", "at")


class Early(Wide):
    """Takes rows into training whose outcome nobody knew yet."""

    def train(self, fold: Fold) -> pl.DataFrame:
        return self.rows.filter(pl.col("at") < fold.train_end)


class Overlapping(Wide):
    """Trains on the first tenth of the test span."""

    def train(self, fold: Fold) -> pl.DataFrame:
        return self.rows.filter(pl.col("at") < fold.train_end + (fold.test_end - fold.test_start) // 10)


class Planted(ToySystem):
    """The toy system with a leak in its data."""

    def __init__(self, plant: Plant, dataset: type[Wide] = Wide) -> None:
        self.plant, self.dataset = plant, dataset

    def load(self, case: Case) -> Wide:
        return self.dataset(self.plant(super().load(case).rows, np.random.default_rng(case.seed)))


def clean(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """As it is."""
    del rng
    return rows


def natural(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Clean in many ways at once: heavy tails, counts, holes, shares, a drift, a code, units that come again.

    Units have a mean outcome of the past, which a fraud system computes of its cards; some columns are scaled with the
    training rows alone, and one is rounded so that rows copy each other.
    """
    n, rows = rows.height, grouped(rows, rng)
    past = (pl.col("bad").cum_sum().shift(DELAY, fill_value=0.0) / pl.col("bad").cum_count()).over(GROUP)
    known = rows["at"] < n // 3
    x = rows["x"].to_numpy() + np.linspace(0, 1, n)
    return rows.with_columns(
        pl.Series("amount", rng.lognormal(3, 2, n).round(2)),
        pl.Series("count", rng.poisson(3, n).astype(float)),
        pl.Series("share", rng.beta(0.3, 0.3, n)),
        pl.Series("code", rng.choice(list("abcdefgh"), n)),
        pl.Series("coarse", rng.normal(size=n).round(0)),
        pl.when(pl.Series(rng.random(n) < 0.7)).then(pl.Series("holed", rng.normal(size=n))),
        pl.Series("drifting", x),
        pl.Series("scaled", (x - x[known.to_numpy()].mean()) / x[known.to_numpy()].std()),
        past.alias("past mean"),
    )


def grouped(rows: pl.DataFrame, rng: np.random.Generator, size: int = 5) -> pl.DataFrame:
    """Each row belongs to one of as many units as make ``size`` rows each."""
    return rows.with_columns(pl.Series(GROUP, rng.integers(0, rows.height // size, rows.height)))


def copied(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One in ten rows of the second half is a copy of one of the first half, outcome included."""
    n = rows.height
    source = np.arange(n)
    again = n // 2 + rng.choice(n // 2, n // 20, replace=False)
    source[again] = rng.integers(0, n // 2, again.size)
    return rows.with_columns(rows.select("x", "noise", "bad")[source])


def in_training_alone(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The outcome with noise for training alone, as where later values were not filled in yet."""
    noise = pl.Series(rng.normal(0, 0.35, rows.height))
    told = pl.when(pl.col("at") < rows.height // 2).then(pl.col("bad")).otherwise(0.5)
    return rows.with_columns(told=told + noise)


def aggregate(how: str) -> Plant:
    """A unit's outcomes over all of time as a feature of each of its rows."""
    total, known, own = pl.col("bad").sum(), pl.len(), pl.col("bad")
    made = {"sum": total, "mean": total / known, "others": (total - own) / pl.max_horizontal(known - 1, 1)}[how]

    def plant(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
        return grouped(rows, rng).with_columns(made.over(GROUP).alias("history"))

    return plant


def standardised(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A drifting column scaled by the mean and deviation of all rows."""
    drifting = rows["x"] + pl.Series(np.linspace(0, 1, rows.height)) + pl.Series(rng.normal(0, 0.1, rows.height))
    return rows.with_columns(((drifting - drifting.mean()) / drifting.std()).alias("z"))


def ranged(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A growing column scaled to the range of all rows."""
    growing = pl.Series(np.linspace(0, 5, rows.height)) + rows["x"] + pl.Series(rng.normal(0, 0.1, rows.height))
    least, most = float(growing.min()), float(growing.max())  # type: ignore[arg-type]
    return rows.with_columns(((growing - least) / (most - least)).alias("unit range"))


PLANTS: dict[str, tuple[Plant, type[Wide], str]] = {
    "copy of the outcome": (lambda r, _: r.with_columns(y=pl.col("bad") * 3 + 1), Wide, "feature y alone"),
    "outcome with a little noise": (
        lambda r, _: r.with_columns(y=pl.col("bad") + 0.1 * pl.col("noise")), Wide, "feature y alone",
    ),
    "missing where it was bad": (
        lambda r, _: r.with_columns(y=pl.when(pl.col("bad") == 0).then(pl.lit("seen"))), Wide, "feature y alone",
    ),
    "outcome in training alone": (in_training_alone, Wide, "feature told knows the outcome in training"),
    "mean over all of time": (aggregate("mean"), Wide, "feature history is the mean"),
    "sum over all of time": (aggregate("sum"), Wide, "feature history is the sum"),
    "mean of the unit's other rows": (aggregate("others"), Wide, "feature history is the mean without its own"),
    "scaled by all rows": (standardised, Wide, "feature z is scaled by what came after"),
    "range of all rows": (ranged, Wide, "feature unit range is scaled by what came after"),
    "copies over the split": (copied, Wide, "copies of training rows"),
    "units on both sides": (grouped, Wide, "units that are in training too"),
    "the time": (lambda r, _: r.with_columns(clock=pl.col("at") * 60.0), Wide, "feature clock is a clock"),
    "a row number downwards": (lambda r, _: r.with_columns(left=-pl.col("at")), Wide, "feature left is a clock"),
    "a number that tells the time": (
        lambda r, g: r.with_columns(code=pl.col("at") * 10 + pl.Series(g.integers(0, 9, r.height))), Wide,
        "feature code is a clock",
    ),
    "a name": (lambda r, _: r.with_columns(code=pl.format("k{}", "at")), Wide, "feature code names the row"),
    "a number that names the row": (
        lambda r, _: r.with_columns(code=(pl.col("at") * 7919) % 1_000_003), Wide, "feature code names the row",
    ),
    "outcomes before they were known": (clean, Early, "known after the end of training"),
    "rows of the test span": (clean, Overlapping, "from the test span"),
}  # fmt: skip
APART = "units on both sides"  # a leak where the case says that it is about new units


def planted(plant: Plant, dataset: type[Wide] = Wide, *, seed: int = 7) -> GateEvidence:
    """Evidence about a fitted toy model over such data."""
    case, system = replace(toy_case(), seed=seed), Planted(plant, dataset)
    data = system.load(case)
    fold = data.folds(count=1)[-1]
    candidate = ToyCandidate("strong", 2, "x", 2.0)
    requests, model = data.requests(fold), candidate.fit(data.train(fold), rng=np.random.default_rng(0))
    answers = model.decide(requests)
    return GateEvidence(
        case=case, system=system, dataset=data, candidate=candidate, model=model, fold=fold, requests=requests,
        artefact=hash_model(candidate.save(model)), answers=answers, incumbent_answers=answers,
        outcomes=data.outcomes(fold), now=10_000, seed=seed,
    )  # fmt: skip
