"""A candidate that is shown to break a guardrail, or is over budget, is never recommended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import BudgetSpec, Case, GuardrailSpec
from starcase.contract.model import Direction, Metric
from starcase.contract.request import Answer, FloatArray
from starcase.evidence.records import ContestRecord
from starcase.stages.contest import Contest, choose, find_pareto_front, run
from starcase.stages.contest.pareto_front import compute_front_share, compute_weight_share
from starcase.testing import ToyCandidate, ToySystem, toy_case


class Blocked:
    """The share of blocking decisions, in either direction."""

    unit = "share"

    def __init__(self, name: str, direction: Direction) -> None:
        self.name, self.direction = name, direction

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        del outcomes
        acted = np.array([answer.action == "block" for answer in answers], dtype=np.float64)
        return pl.DataFrame({"acted": acted if self.direction == "lower" else 1 - acted})

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        return np.asarray(weights @ units["acted"].to_numpy() / weights.sum(axis=1))


class Guarded(ToySystem):
    """``strong`` reaches most and blocks most; ``weak``, the incumbent, blocks as often; ``constant`` never does."""

    def metrics(self, case: Case) -> Sequence[Metric]:
        return (*super().metrics(case), Blocked("blocked", "lower"), Blocked("let_through", "higher"))


def hold(case: Case) -> Contest:
    system = Guarded()
    return run(case, system, system.load(case), list(system.candidates(case)), InProcess())


def out_of(record: ContestRecord) -> dict[str, str]:
    return {s.candidate: s.out for s in record.standings if s.out}


@pytest.mark.parametrize("metric", ["blocked", "let_through"])
def test_a_broken_guardrail_excludes_the_best_candidate(metric: str) -> None:
    case = toy_case(incumbent="constant twin")
    system = Guarded()
    twin = ToyCandidate("constant twin", 1)
    guarded = replace(case, guardrails=(GuardrailSpec(metric=metric, margin=0.05),))
    record = run(guarded, system, system.load(case), [*system.candidates(case), twin], InProcess()).record
    assert out_of(record).keys() == {"weak", "strong", "noisy"}
    assert f"out: shown to break the guardrail {metric}" in out_of(record)["strong"]
    assert record.verdict == "no winner"
    assert record.recommended == "constant twin"


def test_a_loss_within_the_guardrail_margin_excludes_no_candidate() -> None:
    case = replace(toy_case(), guardrails=(GuardrailSpec(metric="blocked", margin=1.0),))
    record = hold(case).record
    assert not out_of(record)
    assert (record.verdict, record.recommended) == ("winner", "strong")


def test_an_open_guardrail_is_reported() -> None:
    case = toy_case(incumbent="constant twin")

    def held(margin: float) -> ContestRecord:
        system, twin = Guarded(), ToyCandidate("constant twin", 1)
        guarded = replace(case, guardrails=(GuardrailSpec(metric="blocked", margin=margin),))
        return run(guarded, system, system.load(case), [*system.candidates(case), twin], InProcess()).record

    wide = held(1.0)
    assert not any("may break" in standing.remark for standing in wide.standings)
    pair = {"constant twin", "strong"}
    (harm,) = [c for c in wide.comparisons if c.metric == "blocked" and {c.candidate, c.against} == pair]
    record = held(abs(harm.difference.value))
    remarks = {standing.candidate: standing.remark for standing in record.standings}
    assert "strong" not in out_of(record)
    assert remarks["strong"].startswith("may break the guardrail blocked: the interval includes its margin")
    assert not remarks["constant twin"]


def test_guardrails_without_an_incumbent_exclude_no_candidate() -> None:
    case = replace(toy_case(incumbent="somebody else"), guardrails=(GuardrailSpec(metric="blocked", margin=0.0),))
    assert not out_of(hold(case).record)


def test_a_candidate_over_budget_gives_way_to_the_best_within_budget() -> None:
    held = hold(replace(toy_case(), budgets=BudgetSpec(p99_us=1e-3)))
    assert held.record.recommended == "strong"
    assert dict(held.cost.over)["strong"].startswith("p99 latency over 0.001 us")
    assert held.cost.recommended in {"", "weak"}
    roomy = hold(toy_case())
    assert not roomy.cost.over
    assert roomy.cost.recommended == roomy.record.recommended


def test_a_choice_without_votes_is_within_the_budgets() -> None:
    held = hold(toy_case())
    cost = replace(held.cost, over=(("strong", "p99 latency over 1 us"),), recommended="weak")
    chosen = choose(held.record, (), (), cost=cost)
    assert chosen.chosen == "weak"
    assert "over budget" in chosen.reason
    assert choose(held.record, (), ()).chosen == "strong"


def test_front_membership_has_a_probability() -> None:
    draws = {"plain": np.array([3.0, 3.0, 3.0, 3.0]), "fancy": np.array([1.0, 2.0, 3.0, 4.0])}
    shares = dict(compute_front_share(draws, {"plain": [1.0], "fancy": [2.0]}))
    assert shares == {"plain": 1.0, "fancy": 0.5}
    assert dict(compute_front_share(draws, {"plain": [2.0], "fancy": [2.0]})) == {"plain": 0.5, "fancy": 0.75}


def test_equal_points_are_both_on_the_front() -> None:
    assert find_pareto_front({"a": (1.0, 1.0), "b": (1.0, 1.0), "c": (2.0, 1.0)}) == ("a", "b")


def test_two_opposite_candidates_share_the_weights() -> None:
    shares = dict(compute_weight_share({"good": (0.0, 1.0), "cheap": (1.0, 0.0)}, seed=3))
    assert shares["good"] == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(10_000))
    assert sum(shares.values()) == pytest.approx(1.0)


def test_a_contest_reports_the_weight_share_of_its_recommendation() -> None:
    cost = hold(toy_case()).cost
    assert {name for name, _ in cost.weight_share} == {"weak", "strong"}
    assert sum(share for _, share in cost.weight_share) == pytest.approx(1.0)
