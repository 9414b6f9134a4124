from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stages.gate.toys import evidence

from starcase.contract.request import Answer
from starcase.contract.system import GateEvidence
from starcase.evidence.records import GateResult
from starcase.stages.gate.interventions import Interventions
from starcase.systems.fraud.gates.alert_budget import AlertBudget


def flooding(share: float, beside: float) -> GateEvidence:
    """Answers that block at random with one share, the incumbent's with another."""
    held = evidence()
    rng = np.random.default_rng(3)

    def answers(rate: float) -> list[Answer]:
        return [Answer("block" if u < rate else "approve", float(u)) for u in rng.random(len(held.requests))]

    return replace(held, answers=answers(share), incumbent_answers=answers(beside))


@pytest.mark.parametrize(
    ("share", "allowed", "outcome"), [(0.03, 0.004, "failed"), (0.002, 0.02, "passed"), (0.02, 0.021, "failed-unknown")]
)
def test_many_interventions_fail_and_few_pass(share: float, allowed: float, outcome: str) -> None:
    result = Interventions(allowed=allowed).check(flooding(share, 0.02))
    assert result.outcome == outcome
    if result.observed is not None:
        assert result.observed.low is not None
        assert result.observed.high is not None
        assert result.observed.low < share * 1.5


def test_without_a_limit_the_incumbent_is_the_reference() -> None:
    assert Interventions().check(flooding(0.2, 0.02)).outcome == "failed"
    assert Interventions().check(flooding(0.02, 0.02)).outcome in {"passed", "failed-unknown"}
    assert Interventions().check(flooding(0.1, 0.1)).outcome == "passed"
    assert Interventions().check(flooding(0.1, 0.0)).outcome == "failed-unknown"


def test_interventions_without_answers_are_unknown() -> None:
    held = evidence()
    empty = replace(held, answers=[], incumbent_answers=[], outcomes=held.outcomes.head(0))
    assert Interventions(allowed=0.5).check(empty).outcome == "failed-unknown"


def test_interventions_are_counted_before_any_outcome_is_known() -> None:
    shown = flooding(0.03, 0.02)
    hidden = replace(shown, outcomes=shown.outcomes.with_columns(matured=False))
    assert Interventions(allowed=0.004).check(hidden) == Interventions(allowed=0.004).check(shown)


def share_of(result: GateResult) -> tuple[float, float, float]:
    """The share of answers that intervene with its interval, judged or beside what is judged."""
    seen = (result.observed, *result.figures) if result.observed else result.figures
    share = next(figure for figure in seen if figure.name == "share of answers that intervene")
    assert share.low is not None
    assert share.high is not None
    return share.low, share.value, share.high


@settings(max_examples=25, deadline=None)
@given(
    share=st.sampled_from([0.0, 0.0005, 0.003, 0.02, 0.5, 1.0]),
    beside=st.sampled_from([0.0005, 0.005, 0.05, 0.6, 1.0]),
    allowed=st.sampled_from([-1.0, 0.004]),
)
def test_the_interval_of_a_share_stays_between_zero_and_one(share: float, beside: float, allowed: float) -> None:
    low, value, high = share_of(Interventions(allowed=allowed).check(flooding(share, beside)))
    assert 0 <= low <= value <= high <= 1


@pytest.mark.parametrize(("share", "outcome"), [(0.2, "failed"), (0.02, "passed")])
def test_compared_with_the_incumbent_the_figure_is_named_a_difference(share: float, outcome: str) -> None:
    result = Interventions(ratio=2.0).check(flooding(share, 0.1 if outcome == "passed" else 0.02))
    assert result.observed is not None
    excess, beside = result.figures
    assert excess.name == "share of answers that intervene less 2 times the incumbent's"
    assert excess.difference
    assert excess.value == pytest.approx(result.observed.value - 2 * beside.value)
    assert excess.low is not None
    assert excess.high is not None
    assert result.outcome == outcome == ("passed" if excess.high <= 0 else "failed" if excess.low > 0 else "")


def test_the_share_is_the_one_the_alert_budget_sees() -> None:
    flood = flooding(0.02, 0.01)
    named = flood.outcomes.with_columns(card=pl.lit("a"), day=pl.int_range(pl.len()))
    alerts = AlertBudget(transactions=1.0, share=0.5).check(replace(flood, outcomes=named)).observed
    assert alerts is not None
    assert share_of(Interventions().check(flood)) == (alerts.low, alerts.value, alerts.high)
