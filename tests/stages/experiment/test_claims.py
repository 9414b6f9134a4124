"""A claim of relative changes holds if every interval reaches the promised change, and is refused otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.comparison.comparison_spec import build_comparison_spec, split_claims
from starcase.contract.case_spec import ClaimSpec
from starcase.evidence import Figure
from starcase.evidence.records import MetricReading, PlanRecord
from starcase.stages.experiment.claims import evaluate_claims
from starcase.systems.recommend import RecommendSystem

PLAN = PlanRecord(
    experiment="e", champion="old", challenger="new", unit="u", objective="taken", direction="higher", guardrails=(),
    margin=Figure(name="margin", value=0.0, unit="share"), alpha=0.05,
    planned=Figure(name="planned", value=0.01, unit="share"), sha256="",
)  # fmt: skip


def read(metric: str, base: float, low: float, high: float) -> MetricReading:
    def figure(value: float, **ends: float) -> Figure:
        return Figure(name=metric, value=value, unit="share", evidence_class="simulated", **ends)  # type: ignore[arg-type]

    middle = (low + high) / 2
    return MetricReading(
        metric=metric, champion=figure(base), challenger=figure(base + middle),
        difference=figure(middle, low=low, high=high, level=0.95), p_value=figure(0.1), information=figure(1.0),
        margin=0.0, verdict="hold",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("taken", "churn", "verdict"),
    [
        ((0.06, 0.09), (-0.10, -0.07), "holds"),
        ((0.04, 0.09), (-0.10, -0.07), "refused"),  # 0.04 of 0.2 is 20 %, and 25 % was promised
        ((0.06, 0.09), (-0.10, -0.05), "refused"),  # 0.05 of 0.4 is 12.5 %, and 15 % was promised
    ],
)
def test_a_claim_holds_only_if_every_interval_reaches_its_change(
    taken: tuple[float, float], churn: tuple[float, float], verdict: str
) -> None:
    claim = ClaimSpec(text="more taken, fewer lost", changes={"taken": 0.25, "churn": -0.15})
    (found,) = evaluate_claims([claim], [read("taken", 0.2, *taken), read("churn", 0.4, *churn)], PLAN)
    assert found.verdict == verdict
    assert (found.candidate, found.against) == ("new", "old")
    assert found.changes[0].low == pytest.approx(taken[0] / 0.2)
    assert found.changes[1].high == pytest.approx(churn[1] / 0.4)
    assert {change.evidence_class for change in found.changes} == {"simulated"}


def test_a_claim_without_a_reading_waits_and_one_without_a_base_is_refused() -> None:
    claim = ClaimSpec(text="more taken", changes={"taken": 0.25})
    assert evaluate_claims([claim], [read("churn", 0.4, -0.1, 0.1)], PLAN) == ()
    (found,) = evaluate_claims([claim], [read("taken", 0.0, 0.0, 0.1)], PLAN)
    assert found.verdict == "refused"
    assert found.changes == ()


def test_live_claims_are_left_to_experiments(tmp_path: Path) -> None:
    system = RecommendSystem()
    live = ClaimSpec(text="more taken", changes={"taken_rate": 0.25})
    offline = ClaimSpec(text="better lists", changes={"repeat_ndcg_10": 0.2})
    case = replace(case_of(tmp_path, purchases()), claims=(live, offline))
    assert split_claims(case, system) == ((offline,), (live,))
    assert build_comparison_spec(replace(case, experiment=replace(case.experiment, effect=0.1)), system).claims == (
        live,
    )
