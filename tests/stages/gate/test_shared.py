"""The shared gates keep the contract of a gate: good passes, bad fails, too little data is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.stages.gate.toys import evidence, without_outcomes

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.contract.system import Gate, GateEvidence
from starcase.stages.gate.calibration import Calibration
from starcase.stages.gate.freshness import Freshness
from starcase.stages.gate.leakage import Leakage
from starcase.stages.gate.matured_rows import select_matured_rows
from starcase.stages.gate.slices import Slices
from starcase.stages.gate.stress import Stress
from starcase.tables.clock import DAY
from starcase.testing import check_gate
from starcase.testing.toy import ToyCandidate

GOOD = evidence()
NOISY = evidence(ToyCandidate("noisy", 3, "noise", 2.0))


def scored(score: Callable[[float], float]) -> GateEvidence:
    """The good model with other scores."""
    return replace(GOOD, answers=[Answer(answer.action, score(answer.score)) for answer in GOOD.answers])


def few(given: GateEvidence, n: int = 20) -> GateEvidence:
    """The first ``n`` requests only."""
    return replace(
        given, requests=given.requests[:n], answers=given.answers[:n], outcomes=given.outcomes[:n],
        incumbent_answers=given.incumbent_answers[:n],
    )  # fmt: skip


def worse_on_the_right(given: GateEvidence) -> GateEvidence:
    """A model that is wrong wherever the noise is positive."""
    right = [(request.features["noise"] or 0) > 0 for request in given.requests]  # type: ignore[operator]
    answers = [Answer(a.action, 1 - a.score) if r else a for a, r in zip(given.answers, right, strict=True)]
    return replace(given, answers=answers)


class Breaks:
    """A model that fails on a missing value."""

    def __init__(self, how: str) -> None:
        self.how = how

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        if self.how == "silent":
            return []
        scores = [0.5 if r.features["x"] is not None else float("nan") for r in requests]
        if self.how == "raises" and any(np.isnan(scores)):
            raise ValueError("no x")
        floods = self.how == "floods"
        return [
            Answer("block" if floods and np.isnan(score) else "approve", 0.5 if floods else score) for score in scores
        ]


def breaking(how: str) -> GateEvidence:
    model: Model = Breaks(how)
    return replace(GOOD, model=model, answers=[Answer("approve", 0.5)] * len(GOOD.requests))


def stale() -> GateEvidence:
    return replace(GOOD, now=GOOD.now + 40 * DAY)


@pytest.mark.parametrize(
    ("gate", "good", "bad", "thin"),
    [
        (Calibration(), GOOD, scored(lambda s: s / 3), few(GOOD)),
        (Calibration(), GOOD, scored(lambda s: 5 * s - 2), few(GOOD)),
        (Slices(metric="squared_error"), GOOD, worse_on_the_right(GOOD), few(GOOD)),
        (Stress(), GOOD, breaking("nan"), replace(GOOD, answers=())),
        (Freshness(), GOOD, stale(), replace(GOOD, now=0)),
        (Leakage(), GOOD, replace(GOOD, fold=replace(GOOD.fold, test_start=100)), None),
    ],
    ids=["calibration", "no probabilities", "slices", "stress", "freshness", "leakage"],
)
def test_the_contract_of_a_gate(gate: Gate, good: GateEvidence, bad: GateEvidence, thin: GateEvidence | None) -> None:
    check_gate(gate, good=good, bad=bad, thin=thin)


@pytest.mark.parametrize("how", ["nan", "raises", "silent", "floods"])
def test_a_model_that_fails_under_stress_does_not_pass(how: str) -> None:
    result = Stress(allowed=0.01).check(breaking(how))
    assert result.outcome == "failed"
    assert "missing values" in result.why + (result.observed.name if result.observed else "")


def test_the_harmed_slice_is_named() -> None:
    result = Slices(metric="squared_error").check(worse_on_the_right(GOOD))
    assert "side right" in result.why
    assert result.observed is not None
    assert result.observed.low is not None
    assert result.observed.low > 0


@pytest.mark.simulation
def test_a_model_like_the_incumbent_is_blamed_in_no_slice() -> None:
    """At 5 % for all slices together, sixty runs give more than 8 with a chance below 0.5 % (binomial)."""
    outcome, blamed = select_matured_rows(GOOD).rows.height, 0
    for seed in range(60):
        jitter = np.random.default_rng(seed).normal(0, 0.05, (2, len(GOOD.answers)))
        ours, theirs = (
            [Answer(a.action, float(np.clip(a.score + e, 0, 1))) for a, e in zip(GOOD.answers, noise, strict=True)]
            for noise in jitter
        )
        given = replace(GOOD, answers=ours, incumbent_answers=theirs, seed=seed)
        blamed += Slices(metric="squared_error", draws=300).check(given).outcome == "failed"
    assert outcome > 1_000
    assert blamed <= 8


@pytest.mark.parametrize("gate", [Calibration(), Slices(metric="squared_error")], ids=["calibration", "slices"])
def test_gates_without_matured_outcomes_are_unknown(gate: Gate) -> None:
    from starcase.errors import NotIdentifiable

    with pytest.raises(NotIdentifiable, match="has matured"):
        gate.check(without_outcomes(GOOD))


@pytest.mark.simulation
def test_the_calibration_interval_has_its_nominal_coverage() -> None:
    """For true probabilities, the 95 % interval of the factor misses 1 in 1 of 20 runs (60 runs)."""
    misses = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        scores = rng.beta(1, 4, len(GOOD.answers))
        given = replace(
            GOOD, answers=[Answer("approve", float(s)) for s in scores], seed=seed,
            outcomes=GOOD.outcomes.with_columns(outcome=(rng.random(scores.size) < scores).astype(float)),
        )  # fmt: skip
        result = Calibration(draws=300).check(given)
        figures = (*((result.observed,) if result.observed else ()), *result.figures)
        misses += any(f.low is not None and f.low > 1 for f in figures)
    assert misses <= 8
