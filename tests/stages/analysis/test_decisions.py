"""The log of a policy that learns: its choices and their off-policy values, without a significance test."""

from __future__ import annotations

import numpy as np
import pytest
from tests.stages.analysis.logs import value

from starcase.evidence import Outcome
from starcase.evidence.decisions import Json, ServedDecision
from starcase.inference.policies import Thompson, draw_action
from starcase.stages.analysis.decisions import collect_draws, summarize_decisions

RATES = {"near": 0.2, "words": 0.5}


def lived(seed: int, n: int = 1_500) -> list[tuple[ServedDecision, Outcome]]:
    rng = np.random.default_rng(seed)
    policy, x, told = Thompson.over(contexts=1, actions=2, floor=0.2, half_life=0), np.ones(1), []
    for at in range(n):
        chances = policy.probabilities(x)
        action = draw_action(chances, rng.random())
        source = list(RATES)[action]
        reward = float(rng.random() < RATES[source])
        policy = policy.learn(x, action, reward, at=at)
        content: dict[str, Json] = {
            "source": source, "segment": "all", "propensity": float(chances[action]),
            "chances": dict(zip(RATES, chances.tolist(), strict=True)),
        }  # fmt: skip
        served = ServedDecision(
            id=f"d{at}", unit=f"u{at}", at=at, plan_version=1, bucket=0, arm="adaptive", model="m", propensity=0.5,
            action="rank", score=0.0, content=content, seq=at + 1,
        )  # fmt: skip
        told.append((served, Outcome(served.id, "taken", reward, at)))
    return told


@pytest.mark.simulation
def test_intervals_cover_the_value_of_a_constant_choice() -> None:
    runs, covered = 20, 0
    for run in range(runs):
        *_, worth = summarize_decisions(collect_draws(lived(run)))
        for figure in worth.figures[1:]:
            truth = RATES[figure.name.removeprefix("always ")]
            covered += (figure.low or 0) <= truth <= (figure.high or 1)
    assert covered / (2 * runs) >= 0.95 - 3 * (0.95 * 0.05 / (2 * runs)) ** 0.5


def test_choices_are_reported_by_segment_with_off_policy_values() -> None:
    choices, worth = summarize_decisions(collect_draws(lived(1)))
    assert choices.part == "all"
    assert value(choices, "shown words") > 0.8
    assert {figure.evidence_class for figure in worth.figures} == {"off-policy"}
    assert "no experiment" in worth.said


def test_few_decisions_are_refused_and_deterministic_ones_left_out() -> None:
    (refused,) = summarize_decisions(collect_draws(lived(1, 50)))
    assert "at least 100" in refused.refused
    certain = ServedDecision(
        id="a", unit="u", at=1, plan_version=1, bucket=0, arm="x", model="m", propensity=1.0, action="rank", score=0.0,
        content={"source": "fallback", "chances": {"fallback": 1.0}}, seq=1,
    )  # fmt: skip
    assert collect_draws([(certain, Outcome("a", "taken", 1.0, 2))]).height == 0
