"""A whole contest on a system with a known truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import Case, ObjectiveSpec
from starcase.contract.model import Candidate
from starcase.errors import CaseFileError, PluginError
from starcase.stages.contest import Contest, run
from starcase.testing import ToyCandidate, ToySystem, toy_case
from starcase.testing.toy import DELAY, ToyDataset, draw_toy_rows


def hold(case: Case, *extra: Candidate[pl.DataFrame], until: int | None = None) -> Contest:
    system = ToySystem()
    entrants = [*system.candidates(case), *extra]
    return run(case, system, system.load(case), entrants, InProcess(), until=until)


class Unopposed(ToySystem):
    def baselines(self, case: Case) -> Sequence[Candidate[pl.DataFrame]]:
        del case
        return ()


def test_a_contest_without_a_trivial_baseline_is_refused() -> None:
    system, case = Unopposed(), toy_case()
    with pytest.raises(PluginError, match="no trivial baseline"):
        run(case, system, system.load(case), list(system.candidates(case)), InProcess())


def test_the_informative_candidate_wins_and_the_noisy_one_is_suspect() -> None:
    record = hold(toy_case()).record
    assert (record.verdict, record.recommended) == ("winner", "strong")
    assert {s.candidate for s in record.standings if s.suspect} == {"noisy"}
    assert {s.candidate: s.role for s in record.standings}["constant"] == "baseline"


def test_two_equal_candidates_tie_and_the_simpler_is_recommended() -> None:
    record = hold(toy_case(), ToyCandidate("strong with extras", 9, "x", 2.02)).record
    assert (record.verdict, record.recommended) == ("simplest within the tie", "strong")


def test_the_same_seed_gives_the_same_record() -> None:
    assert hold(toy_case()).record == hold(toy_case()).record


def test_no_data_at_or_after_until_are_used() -> None:
    case, system = toy_case(), ToySystem()
    rows = draw_toy_rows(case.seed)
    until = 2_000
    spoilt = rows.with_columns(
        bad=pl.when(pl.col("at") + DELAY > until).then(1 - pl.col("bad")).otherwise(pl.col("bad")),
        x=pl.when(pl.col("at") >= until).then(99.0).otherwise(pl.col("x")),
    )
    records = [
        run(case, system, ToyDataset(table), list(system.candidates(case)), InProcess(), until=until).record
        for table in (rows, spoilt)
    ]
    assert records[0].standings == records[1].standings
    assert records[0].comparisons == records[1].comparisons


class Tuned(ToyCandidate):
    """A candidate that proposes slopes; only the first is good on training data."""

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[ToyCandidate]:
        del rng
        slopes = (0.0, 2.0, -3.0, 5.0)[:trials]
        return [ToyCandidate(self.name, self.complexity, self.feature, slope) for slope in slopes]


@pytest.mark.parametrize(("trials", "slope"), [(1, 0.0), (8, 2.0)])
def test_tuning_stays_within_its_budget_and_is_reported(trials: int, slope: float) -> None:
    case = toy_case()
    case = replace(case, contest=replace(case.contest, trials=trials))
    record = hold(case, Tuned("tuned", 5, "x", 0.0)).record
    standing = next(s for s in record.standings if s.candidate == "tuned")
    assert standing.trials == min(trials, 4)
    assert dict(standing.parameters)["slope"] == str(slope)


def test_costs_are_measured_for_all_candidates_and_kept_out_of_the_record() -> None:
    held = hold(toy_case())
    assert {c.candidate for c in held.cost.costs} == {s.candidate for s in held.record.standings}
    assert all(figure.clock and figure.value >= 0 for cost in held.cost.costs for figure in cost.figures)
    assert "strong" in held.cost.front
    assert not any(figure.clock for s in held.record.standings for figure in s.figures)


def test_the_reported_interval_excludes_zero_exactly_if_a_difference_is_shown() -> None:
    comparisons = hold(toy_case()).record.comparisons
    assert len({c.verdict for c in comparisons}) > 1
    for one in comparisons:
        told = one.shown
        assert told is one.adjusted
        assert told.value == one.difference.value
        assert told.low is not None
        assert told.high is not None
        assert (told.low > 0 or told.high < 0) == (one.verdict != "no difference shown")


def test_rows_of_every_metric_are_kept() -> None:
    held = hold(toy_case())
    by_candidate: Mapping[str, int] = dict(held.values.group_by("candidate").len().iter_rows())
    assert set(by_candidate.values()) == {sum(fold.outcomes for fold in held.record.folds)}
    kept = held.values.filter(pl.col("candidate") == "strong")
    per_fold = kept.group_by("fold").agg(pl.col("squared_error").struct.field("error").mean())
    reached = next(s for s in held.record.standings if s.candidate == "strong").figures[0].value
    assert reached == pytest.approx(float(per_fold["error"].to_numpy().mean()))


def test_an_unknown_metric_and_duplicate_names_are_refused() -> None:
    with pytest.raises(PluginError, match="no metric 'accuracy'"):
        hold(toy_case(objective=ObjectiveSpec(metric="accuracy")))
    with pytest.raises(CaseFileError, match="two candidates are called 'weak'"):
        hold(toy_case(), ToyCandidate("weak", 1))
