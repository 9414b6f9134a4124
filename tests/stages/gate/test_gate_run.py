"""The record of a run of gates; an unsound result never passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from tests.stages.gate.toys import Told, evidence

from starcase.contract.system import GateEvidence
from starcase.errors import GateNotPassed
from starcase.evidence import Figure, Ledger
from starcase.evidence.records import GatePlanRecord, GateRecord, GateResult, LessonRecord
from starcase.stages.gate import define_gate, gates_in_force, run


def held(ledger: Ledger, *gates: object) -> GateRecord:
    entry = run(ledger, evidence(), list(gates), retrospective=True)  # type: ignore[arg-type]
    assert isinstance(entry.record, GateRecord)
    return entry.record


@dataclass
class Peeking(Told):
    """A gate that reads the ledger while it runs."""

    ledger: Ledger | None = None
    seen: int = 0

    def check(self, evidence: GateEvidence, /) -> GateResult:
        assert self.ledger is not None
        self.seen = len(self.ledger.of(GatePlanRecord))
        return super().check(evidence)


@dataclass
class Raising(Told):
    def check(self, evidence: GateEvidence, /) -> GateResult:
        raise ZeroDivisionError("no rows")


@dataclass
class Shifting(Told):
    def check(self, evidence: GateEvidence, /) -> GateResult:
        self.required = "something easier"
        return super().check(evidence)


def test_definitions_are_recorded_before_the_first_gate_runs(ledger: Ledger) -> None:
    gate = Peeking(ledger=ledger)
    record = held(ledger, gate)
    assert gate.seen == 1
    plan = ledger.entry(record.plan).record
    assert isinstance(plan, GatePlanRecord)
    assert plan.gates == (define_gate(gate),)


@pytest.mark.parametrize(
    "gate",
    [Told(value=float("nan")), Told(value=float("inf")), Raising(), Shifting(), Told(outcome="failed-unknown")],
    ids=["nan", "infinite", "raises", "changes its condition", "does not know"],
)
def test_an_undecided_gate_has_failed_unknown(ledger: Ledger, gate: Told) -> None:
    record = held(ledger, gate, Told(name="fine"))
    result = record.results[0]
    assert (result.outcome, result.observed, record.passed) == ("failed-unknown", None, False)
    assert result.why
    assert record.results[1].outcome == "passed"


def test_figures_that_are_not_finite_are_left_out(ledger: Ledger) -> None:
    @dataclass
    class Half(Told):
        def check(self, evidence: GateEvidence, /) -> GateResult:
            return replace(super().check(evidence), figures=(Figure(name="x", value=float("nan"), unit="count"),))

    assert held(ledger, Half()).results[0].figures == ()


def test_a_gate_in_force_cannot_be_left_out_or_loosened(ledger: Ledger) -> None:
    given = evidence()
    gates = gates_in_force(given.case, given.system)
    with pytest.raises(GateNotPassed, match="budget"):
        run(ledger, given, [gate for gate in gates if gate.name != "budget"])
    with pytest.raises(GateNotPassed, match="budget"):
        run(ledger, given, [Told(name=g.name) if g.name == "budget" else g for g in gates])
    ledger.append(lesson("budget", p99_us=100.0))
    with pytest.raises(GateNotPassed, match="100 us"):
        run(ledger, given, gates)
    assert ledger.of(GateRecord) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [("slices", {"level": 0.01}), ("slices", {"coverage": 0.0}), ("calibration", {"level": 0.01}),
     ("calibration", {"events": 1}), ("stress", {"level": 0.01}), ("leakage", {"rows": 10**9})],
)  # fmt: skip
def test_no_parameter_of_a_gate_can_be_changed_unnoticed(ledger: Ledger, name: str, changes: dict[str, float]) -> None:
    """The gate's condition does not mention these parameters."""
    given = evidence()
    gates = [gate.gate for gate in gates_in_force(given.case, given.system)]
    loose: list[Any] = [replace(cast("Any", gate), **changes) if gate.name == name else gate for gate in gates]
    assert [gate.required for gate in loose] == [gate.required for gate in gates]
    with pytest.raises(GateNotPassed, match=f"left out or changed: {name}\n"):
        run(ledger, given, loose)
    run(ledger, given, gates)
    plan = ledger.of(GatePlanRecord)[-1][1]
    assert {written.origin for written in plan.gates} <= {"shared", "system"}


def test_a_repeated_key_runs_no_gate_twice(ledger: Ledger) -> None:
    gate = Peeking(ledger=ledger)
    first = run(ledger, evidence(), [gate], retrospective=True, key="k")
    gate.seen = -1
    assert run(ledger, evidence(), [gate], retrospective=True, key="k") == first
    assert gate.seen == -1


def test_no_gates_and_duplicate_gate_names_are_refused(ledger: Ledger) -> None:
    for gates in ([], [Told(), Told()]):
        with pytest.raises(ValueError, match="at least one"):
            run(ledger, evidence(), gates, retrospective=True)


def test_a_lesson_puts_a_gate_in_force(ledger: Ledger) -> None:
    given = evidence()
    entry = ledger.append(lesson("interventions", allowed=0.25))
    gates = {g.name: g for g in gates_in_force(given.case, given.system, ledger.of(LessonRecord))}
    assert gates["interventions"].origin == entry.id
    assert "0.25" in gates["interventions"].required
    later = ledger.append(lesson("interventions", allowed=0.125))
    gates = {g.name: g for g in gates_in_force(given.case, given.system, ledger.of(LessonRecord))}
    assert (gates["interventions"].origin, "0.125" in gates["interventions"].required) == (later.id, True)


def lesson(gate: str, **parameters: float) -> LessonRecord:
    return LessonRecord(
        review="review-1", lesson="look first", gate=gate, parameters=tuple(parameters.items()), reason="", who="ana"
    )
