from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.gate.toys import evidence

from starcase.case.request import Answer
from starcase.case.system import GateEvidence
from starcase.gate.interventions import Interventions


def flooding(share: float, beside: float) -> GateEvidence:
    """Answers that block at random with one share, the incumbent's with another."""
    given = evidence()
    rng = np.random.default_rng(3)

    def answers(rate: float) -> list[Answer]:
        return [Answer("block" if u < rate else "approve", float(u)) for u in rng.random(len(given.requests))]

    return replace(given, answers=answers(share), incumbent_answers=answers(beside))


@pytest.mark.parametrize(
    ("share", "allowed", "outcome"), [(0.03, 0.004, "failed"), (0.002, 0.02, "passed"), (0.02, 0.021, "failed-unknown")]
)
def test_a_flood_fails_and_a_trickle_passes(share: float, allowed: float, outcome: str) -> None:
    result = Interventions(allowed=allowed).check(flooding(share, 0.02))
    assert result.outcome == outcome
    if result.observed is not None:
        assert result.observed.low is not None
        assert result.observed.high is not None
        assert result.observed.low < share * 1.5


def test_without_a_limit_the_incumbent_is_the_measure() -> None:
    assert Interventions().check(flooding(0.2, 0.02)).outcome == "failed"
    assert Interventions().check(flooding(0.02, 0.02)).outcome in {"passed", "failed-unknown"}
    assert Interventions().check(flooding(0.1, 0.1)).outcome == "passed"
    assert Interventions().check(flooding(0.1, 0.0)).outcome == "failed-unknown"


def test_no_answers_are_no_evidence() -> None:
    given = evidence()
    empty = replace(given, answers=[], incumbent_answers=[], outcomes=given.outcomes.head(0))
    assert Interventions(allowed=0.5).check(empty).outcome == "failed-unknown"


def test_interventions_are_counted_before_any_outcome_is_known() -> None:
    given = flooding(0.03, 0.02)
    hidden = replace(given, outcomes=given.outcomes.with_columns(matured=False))
    assert Interventions(allowed=0.004).check(hidden) == Interventions(allowed=0.004).check(given)
