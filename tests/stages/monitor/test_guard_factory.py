"""Each guard trips on its fault only, and all together keep the error budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from starcase.contract.case_spec import GuardSpec
from starcase.contract.request import Answer
from starcase.decide import Decision
from starcase.errors import CaseFileError, NotIdentifiable
from starcase.stages.monitor import Guard, PairedGuard, ScoreShift, build_guards
from starcase.testing import ToySystem, toy_case

SHARE = 0.2
REFERENCE = np.random.default_rng(0).normal(size=2_000)
NAMED = (
    GuardSpec(name="alert rate", allowed=0.1),
    GuardSpec(name="alert ratio", allowed=2.0),
    GuardSpec(name="error rate", allowed=0.02),
    GuardSpec(name="score shift", allowed=0.15),
    GuardSpec(name="latency", allowed=1_000.0),
    GuardSpec(name="slowness", allowed=10.0),
)
Fault = Callable[[np.random.Generator, bool], tuple[Answer, float, str]]


def healthy(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    action = "block" if rng.random() < 0.05 else "approve"
    return Answer(action, float(rng.normal())), float(rng.gamma(4, 50)), ""


def traffic(fault: Fault, seed: int, n: int = 2_000) -> Iterator[tuple[Decision, float]]:
    rng = np.random.default_rng(seed)
    for at in range(n):
        canary = bool(rng.random() < SHARE)
        answer, latency, error = fault(rng, canary)
        arm, propensity = ("new", SHARE) if canary else ("old", 1 - SHARE)
        yield Decision(f"t{at}", f"u{at}", at, 1, 0, arm, "m", propensity, answer, error), latency


def watched(fault: Fault, seed: int = 1) -> dict[str, Guard]:
    """Return all guards after some traffic, by name."""
    case = toy_case(guards=NAMED)
    guards = build_guards(case, ToySystem(), reference=lambda: REFERENCE, alpha=0.01)
    for decision, latency in traffic(fault, seed):
        for guard in guards:
            if decision.arm == "new":
                guard.observe(decision, latency)
            elif isinstance(guard, PairedGuard):
                guard.observe_champion(decision, latency)
    return {guard.build_reading("new").guard: guard for guard in guards}


def tripped(fault: Fault, seed: int = 1) -> set[str]:
    return {name for name, guard in watched(fault, seed).items() if guard.build_reading("new").tripped}


def flooding(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    answer, latency, error = healthy(rng, canary)
    return (Answer("block", answer.score) if canary and rng.random() < 0.5 else answer), latency, error


def attacked(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    """Both arms block five times as often."""
    answer, latency, error = healthy(rng, canary)
    return (Answer("block", answer.score) if rng.random() < 0.2 else answer), latency, error


def failing(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    answer, latency, _ = healthy(rng, canary)
    return answer, latency, "ValueError: no x" if canary and rng.random() < 0.2 else ""


def shifted(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    answer, latency, error = healthy(rng, canary)
    return Answer(answer.action, answer.score - 1.0), latency, error


def broken_scores(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    answer, latency, error = healthy(rng, canary)
    return Answer(answer.action, float("nan")), latency, error


def slower(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    answer, latency, error = healthy(rng, canary)
    return answer, latency * (2.0 if canary else 1.0), error


def stalling(rng: np.random.Generator, canary: bool) -> tuple[Answer, float, str]:
    answer, latency, error = healthy(rng, canary)
    return answer, 5_000.0 if rng.random() < 0.2 else latency, error


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (healthy, set()),
        (flooding, {"alert rate", "alert ratio"}),
        (attacked, {"alert rate"}),
        (failing, {"error rate"}),
        (shifted, {"score shift"}),
        (broken_scores, {"score shift"}),
        (slower, {"slowness"}),
        (stalling, {"latency"}),
    ],
)  # fmt: skip
def test_a_guard_trips_on_its_fault_only(fault: Fault, seen: set[str]) -> None:
    assert tripped(fault) == seen


@pytest.mark.simulation
def test_false_alarms_keep_the_budget_of_all_guards_together() -> None:
    """At 1 % for all six guards, three or more alarms in 40 watches have a chance below 1 % (binomial)."""
    assert sum(bool(tripped(healthy, seed)) for seed in range(40)) <= 2


@pytest.mark.parametrize("name", [spec.name for spec in NAMED])
def test_only_latency_comes_from_the_wall_clock(name: str) -> None:
    reading = watched(healthy)[name].build_reading("new")
    clock = name in {"latency", "slowness"}
    assert (reading.observed.clock, reading.evidence_against.clock) == (clock, clock)
    assert not reading.tripped
    assert not any(letter.isdigit() for letter in reading.why)


def test_without_a_second_arm_there_is_nothing_to_compare() -> None:
    guards = build_guards(toy_case(guards=NAMED), ToySystem(), reference=lambda: REFERENCE, alpha=0.01)
    alone = Decision("t", "u", 0, 1, 0, "new", "m", 1.0, Answer("block", 0.0))
    for guard in guards:
        if isinstance(guard, PairedGuard):
            assert not any(guard.observe(alone, 1e9) for _ in range(500))


def test_guards_not_named_have_defaults() -> None:
    class Quiet(ToySystem):
        interventions = frozenset[str]()

    def names(system: ToySystem, *named: GuardSpec) -> list[str]:
        made = build_guards(toy_case(guards=named), system, reference=lambda: REFERENCE, alpha=0.01)
        return [guard.build_reading("new").guard for guard in made]

    assert names(ToySystem()) == ["error rate", "alert ratio"]
    assert names(Quiet()) == ["error rate"]
    assert names(ToySystem(), GuardSpec(name="error rate", allowed=0.5), NAMED[0]) == [
        "error rate", "alert ratio", "alert rate",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (GuardSpec(name="alert rat", allowed=0.1), "'alert rate'|'alert ratio'"),
        (GuardSpec(name="alert rate", allowed=2.0), "cannot allow 2"),
        (GuardSpec(name="alert ratio", allowed=0.0), "cannot allow 0"),
        (GuardSpec(name="score shift", allowed=0.05), r"cannot allow 0\.05"),
    ],
)
def test_invalid_guards_are_refused_with_a_reason(spec: GuardSpec, said: str) -> None:
    with pytest.raises(CaseFileError, match=said):
        build_guards(toy_case(guards=(spec,)), ToySystem(), reference=lambda: REFERENCE, alpha=0.01)


def test_a_guard_on_interventions_needs_an_intervening_action() -> None:
    class Quiet(ToySystem):
        interventions = frozenset[str]()

    with pytest.raises(CaseFileError, match="no action that touches"):
        build_guards(toy_case(guards=(NAMED[0],)), Quiet(), reference=lambda: REFERENCE, alpha=0.01)


def test_too_few_reference_scores_are_refused() -> None:
    with pytest.raises(NotIdentifiable, match="too few"):
        ScoreShift(REFERENCE[:50], allowed=0.2, alpha=0.01)
