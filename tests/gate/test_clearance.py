"""Clearance is made from the ledger alone, and a forged one is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.gate.toys import Told, evidence

from starcase.case.spec import Case
from starcase.case.system import Gate, GateEvidence
from starcase.decide import Clearance
from starcase.errors import GateNotPassed
from starcase.evidence import Ledger
from starcase.evidence.records import GateRecord, LessonRecord, NoteRecord
from starcase.gate import clear, gates_in_force, run, verify_clearance, waive
from starcase.testing.toy import ToySystem


class Strict(ToySystem):
    """Its own gate says what it was told."""

    def __init__(self, *gates: Told) -> None:
        self.told = gates

    def gates(self, case: Case) -> tuple[Gate, ...]:
        return self.told


def gated(ledger: Ledger, *gates: Told) -> GateEvidence:
    given = evidence(system=Strict(*gates))
    run(ledger, given, gates_in_force(given.case, given.system, ledger.of(LessonRecord)))
    return given


def test_a_model_that_passed_is_cleared(ledger: Ledger) -> None:
    given = gated(ledger, Told())
    proof = clear(ledger, "strong", given.artefact, now=20_000)
    assert proof.until is None
    verify_clearance(ledger, proof, now=10**9)


def test_another_model_is_not(ledger: Ledger) -> None:
    gated(ledger, Told())
    with pytest.raises(GateNotPassed, match="no gate has been run"):
        clear(ledger, "strong", "f" * 64, now=0)


def test_each_failed_gate_is_named_with_the_mend(ledger: Ledger) -> None:
    given = gated(ledger, Told("first", "failed"), Told("second", "failed-unknown"), Told("third"))
    with pytest.raises(GateNotPassed, match="first, second") as caught:
        clear(ledger, "strong", given.artefact, now=0)
    assert "waive" in str(caught.value)
    assert "nobody knows" in str(caught.value)


def test_a_waiver_lets_past_one_gate_until_it_runs_out(ledger: Ledger) -> None:
    given = gated(ledger, Told("first", "failed"), Told("second", "failed"))
    model = given.artefact
    for gate, until in (("first", 500), ("second", 300)):
        with pytest.raises(GateNotPassed):
            clear(ledger, "strong", model, now=200)
        waive(ledger, candidate="strong", model=model, gate=gate, who="ana", why="a deadline", until=until, now=100)
    proof = clear(ledger, "strong", model, now=200)
    assert (proof.until, len(proof.evidence)) == (300, 4)
    verify_clearance(ledger, proof, now=299)
    with pytest.raises(GateNotPassed, match="second"):
        verify_clearance(ledger, proof, now=300)
    with pytest.raises(GateNotPassed, match="second"):
        clear(ledger, "strong", model, now=300)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"gate": "third"}, "passed on strong"),
        ({"gate": "none"}, "was not run"),
        ({"model": "f" * 64}, "no gate has been run"),
        ({"who": " "}, "who answers"),
        ({"why": ""}, "who answers"),
        ({"until": 100}, "after it begins"),
    ],
)
def test_a_waiver_names_who_why_and_until_for_a_gate_that_failed_there(
    ledger: Ledger, changes: dict[str, object], match: str
) -> None:
    given = gated(ledger, Told("first", "failed"), Told("third"))
    asked: dict[str, object] = {
        "candidate": "strong", "model": given.artefact, "gate": "first", "who": "ana", "why": "deadline", "until": 900,
        "now": 100,
    }  # fmt: skip
    with pytest.raises(GateNotPassed, match=match):
        waive(ledger, **(asked | changes))  # type: ignore[arg-type]


def test_forged_clearances_are_found(ledger: Ledger) -> None:
    given = gated(ledger, Told("first", "failed"))
    model = given.artefact
    note = ledger.append(NoteRecord(text="let me through"))
    failed_run = next(ledger.entries("gate"))
    for ids, hashes in (
        ((), ()),
        ((note.id,), (note.hash,)),
        ((failed_run.id,), ("0" * 64,)),
        ((failed_run.id,), (failed_run.hash,)),
        (("gate-9",), (failed_run.hash,)),
        ((failed_run.id, note.id), (failed_run.hash,)),
    ):
        forged = Clearance(candidate="strong", model=model, evidence=ids, hashes=hashes)
        with pytest.raises(GateNotPassed):
            verify_clearance(ledger, forged, now=200)
    waive(ledger, candidate="strong", model=model, gate="first", who="ana", why="deadline", until=900, now=100)
    proof = clear(ledger, "strong", model, now=200)
    for until in (None, 901):
        with pytest.raises(GateNotPassed, match="longer than its waivers"):
            verify_clearance(ledger, replace(proof, until=until), now=200)
    with pytest.raises(GateNotPassed, match="not made from this ledger"):
        verify_clearance(ledger, replace(proof, model="f" * 64), now=200)


def test_a_record_that_was_never_planned_clears_nothing(ledger: Ledger) -> None:
    ledger.append(GateRecord(candidate="strong", model="m", plan="gate-plan-1", results=(), passed=True))
    with pytest.raises(GateNotPassed, match="planned before it"):
        clear(ledger, "strong", "m", now=0)


def test_a_retrospective_run_clears_nothing(ledger: Ledger) -> None:
    given = evidence()
    run(ledger, given, [Told()], retrospective=True)
    with pytest.raises(GateNotPassed, match="no gate has been run"):
        clear(ledger, "strong", given.artefact, now=0)


def test_a_later_failure_or_lesson_withdraws_a_clearance(ledger: Ledger) -> None:
    given = gated(ledger, Told())
    proof = clear(ledger, "strong", given.artefact, now=0)
    ledger.append(
        LessonRecord(review="review-1", lesson="l", gate="told", parameters=(), reason="", who="ana"), key="lesson"
    )
    with pytest.raises(GateNotPassed, match="by a lesson"):
        verify_clearance(ledger, proof, now=0)
    gated(ledger, Told())
    verify_clearance(ledger, proof, now=0)
    gated(ledger, Told(outcome="failed"))
    with pytest.raises(GateNotPassed, match="told"):
        verify_clearance(ledger, proof, now=0)
