"""The state machine: harm is checked first, missing data holds, and no exposure occurs without clearance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.decide import Reach
from starcase.stages.rollout import RolloutObservation, Rules, State, advance
from starcase.stages.rollout.state import Stage
from starcase.stages.rollout.state_machine import Verdict

RULES = Rules.from_shares(
    0.05, 0.5, 1.0, minimum_decisions=100, minimum_outcomes=50, minimum_duration=10, shadow_coverage=0.95
)
WELL = RolloutObservation(at=100, decisions=500, matured=500, coverage=1.0, verdict="not worse", cleared=True)


def at_share(stage: Stage, share: float) -> State:
    return State(stage=stage, reaches=(Reach.from_share(share),))


sights = st.builds(
    RolloutObservation,
    at=st.integers(0, 200),
    decisions=st.integers(0, 1000),
    matured=st.integers(0, 1000),
    coverage=st.floats(0, 1),
    tripped=st.sampled_from([(), ("alert rate",)]),
    verdict=st.sampled_from(get_args(Verdict)),
    cleared=st.booleans(),
    telling=st.booleans(),
    in_shadow=st.sampled_from(get_args(Verdict)),
)


def test_a_harmed_cohort_rolls_back_even_if_the_total_gains() -> None:
    sight = replace(WELL, verdict="better", harmed=("platform is tv",))
    step = advance(at_share("canary", 0.5), RULES, sight)
    assert (step.kind, step.reason) == ("rollback", "outcomes show it worse where platform is tv")


states = st.builds(
    at_share, stage=st.sampled_from(["champion", "shadow", "canary"]), share=st.sampled_from([0.05, 0.5, 1.0])
)


@given(states, sights)
def test_only_a_cleared_and_unharmful_challenger_gains_exposure(state: State, sight: RolloutObservation) -> None:
    step = advance(state, RULES, sight)
    if step.kind in {"canary", "widen", "promote"}:
        assert sight.cleared
        assert sight.verdict not in {"worse", "blocked"}
        assert sight.decisions >= RULES.minimum_decisions
        assert sight.at - state.since >= RULES.minimum_duration
        assert not (state.stage == "canary" and sight.tripped)
    if step.kind == "promote":
        assert sight.matured >= RULES.minimum_outcomes
        assert {sight.verdict, sight.in_shadow} & {"better", "not worse"}
    if step.kind == "canary" and sight.telling:
        assert sight.verdict in {"better", "not worse"}


@given(states.filter(lambda s: s.stage == "canary"), sights)
def test_harm_always_rolls_back(state: State, sight: RolloutObservation) -> None:
    harmful = bool(sight.tripped) or sight.verdict == "worse" or not sight.cleared
    assert (advance(state, RULES, sight).kind == "rollback") == harmful


def test_without_data_the_rollout_holds() -> None:
    for state in (State(stage="shadow"), at_share("canary", 1.0)):
        assert advance(state, RULES, RolloutObservation(at=10**9, cleared=True)).kind == "hold"


def test_a_rollout_passes_all_steps_to_promotion() -> None:
    assert advance(State(stage="shadow"), RULES, WELL).kind == "canary"
    assert advance(at_share("canary", 0.05), RULES, WELL).reach == Reach.from_share(0.5)
    assert advance(at_share("canary", 0.5), RULES, WELL).reach == Reach.from_share(1.0)
    assert advance(at_share("canary", 1.0), RULES, WELL).kind == "promote"


def test_steps_must_add_units() -> None:
    with pytest.raises(ValueError, match="must add units, not 10 % of the units to 50 % of the units"):
        Rules.from_shares(0.5, 0.1, minimum_decisions=1, minimum_outcomes=1, minimum_duration=1, shadow_coverage=1)


@pytest.mark.parametrize(
    ("stage", "seen", "said"),
    [
        ("shadow", {"at": 4}, "this step has lasted 4us, and the minimum is 10us"),
        ("shadow", {"decisions": 99}, "the challenger has answered 99 of at least 100 requests here"),
        ("shadow", {"coverage": 0.9}, "the shadow has seen 90.0% of the requests, and the minimum is 95.0%"),
        ("shadow", {"telling": True, "verdict": "hold"}, "500 outcomes of its shadow answers do not settle"),
        ("shadow", {"cleared": False}, "it has no clearance"),
        ("canary", {"matured": 49}, "49 of at least 50 outcomes have matured for a promotion"),
        ("canary", {"verdict": "hold"}, "500 outcomes do not yet settle whether it stays within the margin"),
    ],
)
def test_a_hold_reports_what_is_missing_and_how_much_exists(stage: Stage, seen: dict[str, Any], said: str) -> None:
    step = advance(at_share(stage, 1.0) if stage == "canary" else State(stage=stage), RULES, replace(WELL, **seen))
    assert (step.kind, step.reason[: len(said)]) == ("hold", said)
