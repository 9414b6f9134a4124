"""Clearance is made only from the ledger, and a forged one is rejected."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import msgspec
import pytest
from tests.stages.gate.toys import Told, evidence

from starcase.contract.case_spec import Case, GateSpec
from starcase.contract.system import Gate, GateEvidence
from starcase.decide import Clearance
from starcase.errors import GateNotPassed
from starcase.evidence import Ledger
from starcase.evidence.records import GatePlanRecord, GateRecord, LessonRecord, NoteRecord
from starcase.stages.gate import clear, define_gate, define_gates_in_force, gates_in_force, run, verify_clearance, waive
from starcase.testing.toy import ToySystem, toy_case


class Strict(ToySystem):
    """A system whose gate returns the result given to it."""

    def __init__(self, *gates: Told) -> None:
        self.told = gates

    def gates(self, case: Case) -> tuple[Gate, ...]:
        return self.told


def gated(ledger: Ledger, *gates: Told) -> GateEvidence:
    given = evidence(system=Strict(*gates))
    run(ledger, given, gates_in_force(given.case, given.system, ledger.of(LessonRecord)))
    return given


def cleared(ledger: Ledger, given: GateEvidence, *, now: int) -> Clearance:
    in_force = define_gates_in_force(given.case, given.system, ledger)
    return clear(ledger, given.candidate.name, given.artefact, now, in_force=in_force)


def proven(ledger: Ledger, given: GateEvidence, proof: Clearance, *, now: int) -> None:
    verify_clearance(ledger, proof, now, in_force=define_gates_in_force(given.case, given.system, ledger))


def test_a_model_that_passed_is_cleared(ledger: Ledger) -> None:
    given = gated(ledger, Told())
    proof = cleared(ledger, given, now=20_000)
    assert proof.until is None
    proven(ledger, given, proof, now=10**9)


def test_another_model_is_not_cleared(ledger: Ledger) -> None:
    given = gated(ledger, Told())
    with pytest.raises(GateNotPassed, match="no gate has been run"):
        cleared(ledger, replace(given, artefact="f" * 64), now=0)


def test_each_failed_gate_is_named_with_the_mend(ledger: Ledger) -> None:
    given = gated(ledger, Told("first", "failed"), Told("second", "failed-unknown"), Told("third"))
    with pytest.raises(GateNotPassed, match="first, second") as caught:
        cleared(ledger, given, now=0)
    assert "waive" in str(caught.value)
    assert "nobody knows" in str(caught.value)


def test_a_waiver_covers_one_gate_until_it_expires(ledger: Ledger) -> None:
    given = gated(ledger, Told("first", "failed"), Told("second", "failed"))
    model = given.artefact
    for gate, until in (("first", 500), ("second", 300)):
        with pytest.raises(GateNotPassed):
            cleared(ledger, given, now=200)
        waive(ledger, candidate="strong", model=model, gate=gate, who="ana", why="a deadline", until=until, now=100)
    proof = cleared(ledger, given, now=200)
    assert (proof.until, len(proof.evidence)) == (300, 4)
    proven(ledger, given, proof, now=299)
    with pytest.raises(GateNotPassed, match="second"):
        proven(ledger, given, proof, now=300)
    with pytest.raises(GateNotPassed, match="second"):
        cleared(ledger, given, now=300)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"gate": "third"}, "passed on strong"),
        ({"gate": "none"}, "was not run"),
        ({"model": "f" * 64}, "no gate has been run"),
        ({"who": " "}, "accountable person"),
        ({"why": ""}, "accountable person"),
        ({"until": 100}, "after it begins"),
    ],
)
def test_a_waiver_needs_person_reason_end_and_a_failed_gate(
    ledger: Ledger, changes: dict[str, object], match: str
) -> None:
    given = gated(ledger, Told("first", "failed"), Told("third"))
    asked: dict[str, object] = {
        "candidate": "strong", "model": given.artefact, "gate": "first", "who": "ana", "why": "deadline", "until": 900,
        "now": 100,
    }  # fmt: skip
    with pytest.raises(GateNotPassed, match=match):
        waive(ledger, **(asked | changes))  # type: ignore[arg-type]


def test_forged_clearances_are_rejected(ledger: Ledger) -> None:
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
            proven(ledger, given, forged, now=200)
    waive(ledger, candidate="strong", model=model, gate="first", who="ana", why="deadline", until=900, now=100)
    proof = cleared(ledger, given, now=200)
    for until in (None, 901):
        with pytest.raises(GateNotPassed, match="later than its waivers"):
            proven(ledger, given, replace(proof, until=until), now=200)
    with pytest.raises(GateNotPassed, match="not made from this ledger"):
        proven(ledger, given, replace(proof, model="f" * 64), now=200)


def test_a_run_without_a_plan_clears_no_model(ledger: Ledger) -> None:
    ledger.append(GateRecord(candidate="strong", model="m", plan="gate-plan-1", results=(), passed=True))
    with pytest.raises(GateNotPassed, match="planned before it"):
        cleared(ledger, replace(evidence(), artefact="m"), now=0)


def test_a_retrospective_run_clears_no_model(ledger: Ledger) -> None:
    given = evidence()
    run(ledger, given, [Told()], retrospective=True)
    with pytest.raises(GateNotPassed, match="no gate has been run"):
        cleared(ledger, given, now=0)


def test_a_later_failure_or_lesson_revokes_a_clearance(ledger: Ledger) -> None:
    given = gated(ledger, Told())
    proof = cleared(ledger, given, now=0)
    ledger.append(
        LessonRecord(review="review-1", lesson="l", gate="told", parameters=(), reason="", who="ana"), key="lesson"
    )
    with pytest.raises(GateNotPassed, match="by a lesson"):
        proven(ledger, given, proof, now=0)
    gated(ledger, Told())
    proven(ledger, given, proof, now=0)
    gated(ledger, Told(outcome="failed"))
    with pytest.raises(GateNotPassed, match="told"):
        proven(ledger, given, proof, now=0)


def test_a_gate_changed_after_its_run_must_run_again(ledger: Ledger) -> None:
    """The change may loosen, tighten, or concern a number that the condition does not mention."""
    given = gated(ledger, Told())
    proof = cleared(ledger, given, now=0)
    for gate, name, value, told in (
        ("budget", "p99_us", 1e9, "1000000000.0"), ("stress", "draws", 100.0, "100"), ("slices", "level", 0.01, "0.01"),
    ):  # fmt: skip
        changed = replace(given, case=toy_case(gates=(GateSpec(name=gate, parameters={name: value}),)))
        with pytest.raises(GateNotPassed, match=f"not cleared: {gate}"):
            proven(ledger, changed, proof, now=0)
        with pytest.raises(GateNotPassed, match=rf"strong is not cleared: {gate}\n") as caught:
            cleared(ledger, changed, now=0)
        assert f"{gate} was changed after it was run: {name} was " in caught.value.why
        assert caught.value.why.endswith(f" and is {told}")
        assert caught.value.mend == "run `starcase gate --candidate strong` again"
    run(ledger, changed, gates_in_force(changed.case, changed.system))
    cleared(ledger, changed, now=0)
    with pytest.raises(GateNotPassed, match="slices"):
        cleared(ledger, given, now=0)


def test_a_run_of_one_gate_clears_no_model(ledger: Ledger) -> None:
    """The record is written without ``gate.run``, which would have refused it."""
    given = evidence(system=Strict(Told()))
    only = replace(define_gate(Told()), origin="system")
    plan = ledger.append(GatePlanRecord(candidate="strong", model=given.artefact, gates=(only,)))
    result = Told().check(given)
    ledger.append(GateRecord(candidate="strong", model=given.artefact, plan=plan.id, results=(result,), passed=True))
    with pytest.raises(GateNotPassed, match="budget is in force and has not been run"):
        cleared(ledger, given, now=0)


def test_a_0_1_clearance_is_invalid_and_its_ledger_verifies(ledger: Ledger) -> None:
    given = evidence(system=Strict(Told()))
    old = tuple(
        replace(w, parameters=(), sha256=sha256(msgspec.msgpack.encode((w.gate, w.required))).hexdigest())
        for w in define_gates_in_force(given.case, given.system, ledger)
    )
    plan = ledger.append(GatePlanRecord(candidate="strong", model=given.artefact, gates=old))
    results = tuple(replace(Told().check(given), gate=w.gate, required=w.required) for w in old)
    ledger.append(GateRecord(candidate="strong", model=given.artefact, plan=plan.id, results=results, passed=True))
    with pytest.raises(GateNotPassed, match="did not record a gate's parameters") as caught:
        cleared(ledger, given, now=0)
    assert "starcase gate --candidate strong" in caught.value.mend
    assert ledger.verify().intact


def test_a_waiver_covers_only_the_failed_definition_of_a_gate(ledger: Ledger) -> None:
    tight = GateSpec(name="interventions", parameters={"allowed": 0.01})
    given = evidence(case=toy_case(gates=(tight,)))
    run(ledger, given, gates_in_force(given.case, given.system))
    waive(
        ledger, candidate="strong", model=given.artefact, gate="interventions", who="ana", why="x", until=900, now=100
    )
    assert cleared(ledger, given, now=200).until == 900
    tighter = replace(given, case=toy_case(gates=(replace(tight, parameters={"allowed": 0.001}),)))
    run(ledger, tighter, gates_in_force(tighter.case, tighter.system))
    with pytest.raises(GateNotPassed, match="interventions"):
        cleared(ledger, tighter, now=200)


def test_a_clearance_is_for_one_candidate(ledger: Ledger) -> None:
    given = gated(ledger, Told())
    with pytest.raises(GateNotPassed, match="not made from this ledger"):
        proven(ledger, given, replace(cleared(ledger, given, now=0), candidate="trap"), now=0)
