from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.stages.gate.toys import evidence, without_outcomes

from starcase.contract.request import Answer
from starcase.errors import NotIdentifiable
from starcase.stages.gate.not_worse import NotWorse
from starcase.testing.toy import ToyCandidate

OBJECTIVE = NotWorse(name="objective", metric="squared_error")


def test_a_better_model_passes_and_a_worse_one_fails() -> None:
    assert OBJECTIVE.check(evidence()).outcome == "passed"
    noisy = OBJECTIVE.check(evidence(ToyCandidate("noisy", 3, "noise", 2.0)))
    assert noisy.outcome == "failed"
    assert noisy.observed is not None
    assert noisy.observed.value > 0


def test_the_same_model_passes_without_any_margin() -> None:
    assert OBJECTIVE.check(evidence(ToyCandidate("again", 1, "x", 0.5))).outcome == "passed"


def test_an_undecided_comparison_names_the_units_needed() -> None:
    given = evidence()
    rng = np.random.default_rng(0)
    shaken = [Answer(a.action, min(1.0, max(0.0, a.score + rng.normal(0, 0.3)))) for a in given.answers[:40]]
    small = replace(
        given, requests=given.requests[:40], answers=shaken, outcomes=given.outcomes.head(40),
        incumbent_answers=given.answers[:40],
    )  # fmt: skip
    result = replace(OBJECTIVE, margin=0.05).check(small)
    assert result.outcome == "failed-unknown"
    assert "units" in result.why


def test_a_loss_without_matured_outcomes_is_not_identifiable() -> None:
    with pytest.raises(NotIdentifiable, match="matured"):
        OBJECTIVE.check(without_outcomes(evidence()))


def test_an_unknown_metric_is_named() -> None:
    with pytest.raises(NotIdentifiable, match="squared_error"):
        replace(OBJECTIVE, metric="luck").check(evidence())
