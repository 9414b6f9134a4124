"""Tuning leaves a candidate's default only for a gain beyond one standard error, and reports the gain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import ContestSpec
from starcase.contract.model import Model
from starcase.contract.system import Fold
from starcase.evidence.records import Standing
from starcase.stages.contest import Contest, run
from starcase.stages.contest.one_standard_error import AHEAD, Gains
from starcase.stages.contest.tuning import Judge, TuningBudget, TuningResult, tune
from starcase.testing import ToyCandidate, ToySystem, toy_case
from starcase.testing.toy import ToyDataset, draw_toy_rows

RUNS, DRAWS = 400, 200


def gains(rng: np.random.Generator, better: np.ndarray, windows: int, units: int, *, moments: float = 0.0) -> Gains:
    """Sets that are better than the default by ``better``, (m,): gains of units, paired through it, and of moments."""
    of_default = rng.normal(size=(1, windows, units))
    rows = rng.normal(size=(len(better), windows, units)) - of_default + better[:, None, None]
    rows += moments * rng.normal(size=(len(better), windows, 1))
    weights = rng.multinomial(units, np.full(units, 1 / units), size=DRAWS).astype(np.float64)
    return Gains(rows.mean(axis=2), np.asarray(rows @ weights.T / units), units)


@pytest.mark.simulation
def test_the_one_standard_error_rule_costs_little_for_poor_and_good_sets() -> None:
    """The true value of each rule's choice, in standard errors of a gain, by the mean quality of the sets.

    The rules: whatever reached most; Breiman's; two errors, as a test of the largest of seven would ask for.
    """
    rng, unit = np.random.default_rng(4), (2 / (3 * 40)) ** 0.5
    worth = {}
    for place in ((-1.0, 0.5), (-1.0, 1.0), (0.0, 1.0), (0.5, 0.5)):
        reached = np.zeros((RUNS, 3))
        for run_, better in enumerate(unit * rng.normal(*place, size=(RUNS, 7))):
            one = gains(rng, better, 3, 40)
            for rule, errors in enumerate((0.0, AHEAD, 2.0)):
                taken = np.where(one.mean > errors * one.error, one.mean, -np.inf)
                reached[run_, rule] = better[np.argmax(taken)] / unit if np.isfinite(taken).any() else 0.0
        worth[place] = reached.mean(axis=0)
    lost = np.max([values.max() - values for values in worth.values()], axis=0)
    assert lost[1] < 0.75 * lost[0]
    assert lost[1] < 0.75 * lost[2]


@pytest.mark.simulation
def test_many_units_do_not_hide_variance_between_three_windows() -> None:
    """With two degrees of freedom a mean lies beyond one error 21 times in 100; by units alone, nearly every second."""
    rng = np.random.default_rng(5)
    drawn = [gains(rng, np.zeros(1), 3, 400, moments=0.5) for _ in range(RUNS)]
    moved = np.mean([one.ahead[0] for one in drawn])
    by_units = np.mean([one.mean[0] > one.draws.mean(axis=1).std() for one in drawn])
    tolerance = 3 * (0.21 * 0.79 / RUNS) ** 0.5
    assert moved < 0.21 + tolerance
    assert by_units > 0.21 + 2 * tolerance


def test_one_unit_keeps_the_default() -> None:
    alone = Gains(np.array([[0.5]]), np.full((1, 1, DRAWS), 0.5), 1)
    assert not alone.ahead.any()
    undefined = Gains(np.array([[np.nan]]), np.full((1, 1, DRAWS), np.nan), 9)
    assert not undefined.ahead.any()
    assert not undefined.far_behind.any()


FITTED: list[float] = []


class Slopes(ToyCandidate):
    """A candidate with a default and other slopes."""

    others = (2.0, -3.0, 5.0)

    def fit(self, train: pl.DataFrame, /, *, rng: np.random.Generator) -> Model:
        FITTED.append(self.slope)
        return super().fit(train, rng=rng)

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[ToyCandidate]:
        del rng
        return [self, *(replace(self, slope=slope) for slope in self.others)][:trials]


class Watched(ToyDataset):
    """A candidate that records the spans it was asked about."""

    asked: list[Fold]

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        self.asked.append(fold)
        return super().outcomes(fold)


def tuned(windows: int, rows: pl.DataFrame, *, slope: float = 0.0) -> tuple[TuningResult, list[Fold], Fold]:
    asked: list[Fold] = []
    dataset = type("Kept", (Watched,), {"asked": asked})(rows)
    fold = dataset.folds(count=1)[0]
    judge = Judge(
        dataset=dataset, objective=ToySystem().metrics(toy_case())[0], told=lambda _doing, _part: None,
        budget=TuningBudget(trials=4, windows=windows, seed=0),
    )  # fmt: skip
    return tune(Slopes("it", 5, "x", slope), fold, judge), asked, fold


def test_sets_are_judged_in_every_window_unless_dropped_and_never_on_the_test_span() -> None:
    FITTED.clear()
    found, asked, fold = tuned(3, draw_toy_rows(7))
    assert (found.candidate.parameters["slope"], found.trials) == (2.0, 4)
    assert found.default is not None
    assert found.default.parameters["slope"] == 0.0
    assert [one.name for one in asked] == [f"fold-1-inner-{i}" for i in (3, 2, 1)]
    assert all(one.test_end <= fold.train_end and one.known_by <= fold.train_end for one in asked)
    assert {slope: FITTED.count(slope) for slope in (0.0, 2.0, -3.0)} == {0.0: 3, 2.0: 3, -3.0: 1}


def test_an_equally_good_default_is_kept() -> None:
    found, _, _ = tuned(3, draw_toy_rows(7), slope=2.02)
    assert found == TuningResult(candidate=Slopes("it", 5, "x", 2.02), trials=4)


def held(rows: pl.DataFrame) -> tuple[Contest, Standing]:
    case = toy_case(contest=ContestSpec(folds=1, trials=4, draws=300))
    system = ToySystem()
    contest = run(case, system, ToyDataset(rows), [*system.candidates(case), Slopes("it", 5, "x", 0.0)], InProcess())
    return contest, next(s for s in contest.record.standings if s.candidate == "it")


def turned(rows: pl.DataFrame, since: int) -> pl.DataFrame:
    """Return the data with all outcomes reversed from a moment on."""
    return rows.with_columns(bad=pl.when(pl.col("at") >= since).then(1 - pl.col("bad")).otherwise("bad"))


def test_parameters_do_not_depend_on_the_test_span_and_their_loss_there_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = draw_toy_rows(7)
    start = ToyDataset(rows).folds(count=1)[0].test_start
    found = []
    for table in (rows, turned(rows, start)):
        monkeypatch.setattr(ToySystem, "load", lambda _system, _case, table=table: ToyDataset(table))
        found.append(held(table))
    (_, as_ever), (after, other) = found
    assert dict(as_ever.parameters) == dict(other.parameters)
    assert as_ever.untuned is not None
    assert other.untuned is not None
    assert as_ever.untuned.comparison.verdict == "better"
    assert other.untuned.comparison.verdict == "worse"
    assert other.untuned.figure.value < next(f.value for f in other.figures if f.name == after.record.objective)
    names = {s.candidate for s in after.record.standings}
    assert {c.candidate for c in after.record.comparisons} | {c.against for c in after.record.comparisons} <= names
    assert all(s.untuned is None for s in after.record.standings if s.candidate != "it")
    assert (after.record.trials_each, after.record.windows_each) == (4, 3)
