"""No sequence of commands exposes a model that the ledger does not clear at that moment."""

from __future__ import annotations

import ast
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from tests.architecture.house import FILES, short, tree
from tests.stages.gate.toys import Told, evidence

from starcase.contract.case_spec import Case
from starcase.contract.system import Gate, GateEvidence
from starcase.decide import Clearance, Reach
from starcase.errors import GateNotPassed, RolloutError
from starcase.evidence import Ledger
from starcase.evidence.records import GateDefinition, GateOutcome, LessonRecord, StepRecord
from starcase.stages.gate import clear, define_gates_in_force, gates_in_force, run, waive
from starcase.stages.gate.shared import collect_shared_gates
from starcase.stages.rollout import Rollout, RolloutObservation, Rules
from starcase.tables.clock import SimulatedClock
from starcase.testing.toy import ToySystem

WALKS = int(os.environ.get("STARCASE_WALKS", "40"))  # of 40 commands each; 250 make ten thousand
MODELS = ("a" * 64, "b" * 64)
GATES = ("first", "second")
RULES = Rules.from_shares(0.1, 1.0, minimum_decisions=1, minimum_outcomes=1, minimum_duration=0, shadow_coverage=0.0)
GAINS = {"canary", "widen", "promote"}
models, gates = st.sampled_from(MODELS), st.sampled_from(GATES)
outcomes = st.sampled_from(["passed", "passed", "passed", "failed", "failed-unknown"])


class Telling(ToySystem):
    """Replaces every shared gate by one that passes, and adds two that return the results given to them."""

    def __init__(self) -> None:
        self.told = tuple(Told(name) for name in GATES)

    def gates(self, case: Case) -> tuple[Gate, ...]:
        return (*(Told(name) for name in collect_shared_gates(case, self)), *self.told)


SYSTEM = Telling()
EVIDENCE = evidence(system=SYSTEM)


def in_force(ledger: Ledger) -> tuple[GateDefinition, ...]:
    return define_gates_in_force(EVIDENCE.case, SYSTEM, ledger)


class Walk(RuleBasedStateMachine):
    """Random commands in random order; ``allowed`` models independently what should be possible."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.ledger = Ledger.open(self.folder / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
        self.now = 10
        self.runs: dict[str, dict[str, GateOutcome]] = {}
        self.fresh: dict[str, set[str]] = {model: set() for model in MODELS}
        self.waivers: list[tuple[str, str, int]] = []
        self.proofs: list[Clearance] = []

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.folder)

    @initialize()
    def install(self) -> None:
        self.rollout = Rollout(self.ledger, RULES, salt="toy", in_force=in_force)
        self.rollout.install("old", "c" * 64, at=1)
        self.hold_against_gates(MODELS[0], "passed", "failed")
        self.let_past(MODELS[0], "second", 25)
        self.ask_for_clearance(MODELS[0])
        self.hold_against_gates(MODELS[1], "passed", "passed")
        self.ask_for_clearance(MODELS[1])

    def allowed(self, model: str) -> bool:
        in_force = {gate for theirs, gate, until in self.waivers if theirs == model and self.now < until}
        failed = {gate for gate, outcome in self.runs.get(model, {}).items() if outcome != "passed"}
        return model in self.runs and not self.fresh[model] and failed <= in_force

    @rule(model=models, first=outcomes, second=outcomes)
    def hold_against_gates(self, model: str, first: GateOutcome, second: GateOutcome) -> None:
        for gate, outcome in zip(SYSTEM.told, (first, second), strict=True):
            gate.outcome = outcome
        given = replace(EVIDENCE, artefact=model, now=self.now)
        run(self.ledger, given, self.in_force(given))
        self.runs[model] = {"first": first, "second": second}
        self.fresh[model] = set()

    @rule(model=models)
    def leave_a_gate_out(self, model: str) -> None:
        given = replace(EVIDENCE, artefact=model, now=self.now)
        with pytest.raises(GateNotPassed):
            run(self.ledger, given, self.in_force(given)[:-1])

    @rule(model=models)
    def run_afterwards(self, model: str) -> None:
        run(self.ledger, replace(EVIDENCE, artefact=model, now=self.now), [Told("first")], retrospective=True)

    @rule(model=models, gate=gates, lasts=st.integers(-1, 30))
    def let_past(self, model: str, gate: str, lasts: int) -> None:
        asked = {"candidate": "strong", "model": model, "gate": gate, "who": "ana", "why": "a deadline"}
        until = self.now + lasts
        try:
            waive(self.ledger, **asked, until=until, now=self.now)
        except GateNotPassed:
            assert lasts <= 0 or self.runs.get(model, {}).get(gate, "passed") == "passed"
        else:
            self.waivers.append((model, gate, until))

    @rule(gate=gates)
    def learn(self, gate: str) -> None:
        lesson = LessonRecord(review="review-1", lesson="look", gate=gate, parameters=(), reason="", who="ana")
        self.ledger.append(lesson, at=self.now)
        for model in MODELS:
            self.fresh[model].add(gate)

    @rule(model=models)
    def ask_for_clearance(self, model: str) -> None:
        allowed = self.allowed(model)
        try:
            self.proofs.append(clear(self.ledger, "strong", model, self.now, in_force=in_force(self.ledger)))
        except GateNotPassed:
            assert not allowed
        else:
            assert allowed

    @precondition(lambda self: self.proofs)
    @rule(data=st.data(), other=models, until=st.sampled_from([None, 10**9]))
    def forge(self, data: st.DataObject, other: str, until: int | None) -> None:
        proof = data.draw(st.sampled_from(self.proofs))
        hashes = tuple("0" * 64 for _ in proof.hashes)
        forged = (
            replace(proof, model=other), replace(proof, until=until), replace(proof, hashes=hashes),
            replace(proof, evidence=(), hashes=()), replace(proof, model=other, until=until),
            replace(proof, candidate="trap"),
        )  # fmt: skip
        self.proofs.append(data.draw(st.sampled_from(forged)))

    @rule(passes=st.integers(1, 20))
    def wait(self, passes: int) -> None:
        self.now += passes

    @rule()
    def start_again(self) -> None:
        self.rollout = Rollout(self.ledger, RULES, salt="toy", in_force=in_force)

    @precondition(lambda self: self.proofs)
    @rule(data=st.data(), model=models, share=st.sampled_from([0.1, 1.0]))
    def expose(self, data: st.DataObject, model: str, share: float) -> None:
        proof = data.draw(st.sampled_from(self.proofs))
        self.guarded(
            model,
            lambda: self.rollout.expose("strong", model, proof, reach=Reach.from_share(share), at=self.now, why="try"),
        )

    @precondition(lambda self: self.proofs)
    @rule(data=st.data(), model=models)
    def expose_another_under_its_clearance(self, data: st.DataObject, model: str) -> None:
        proof = replace(data.draw(st.sampled_from(self.proofs)), candidate="strong")
        with pytest.raises((GateNotPassed, RolloutError)):
            self.rollout.expose("trap", model, proof, reach=Reach.from_share(0.5), at=self.now, why="try")

    @rule(model=models)
    def shadow(self, model: str) -> None:
        self.guarded(model, lambda: self.rollout.shadow("strong", model, at=self.now))

    @precondition(lambda self: self.proofs)
    @rule(data=st.data(), tripped=st.sampled_from([(), (), ("alert rate",)]))
    def look(self, data: st.DataObject, tripped: tuple[str, ...]) -> None:
        proof = data.draw(st.sampled_from([None, *self.proofs]))
        sight = RolloutObservation(at=self.now, decisions=9, matured=9, coverage=1.0, verdict="better", tripped=tripped)
        model, exposed = self.rollout.state.challenger_model, self.rollout.state.stage == "canary"
        self.guarded(model, lambda: self.rollout.look(sight, proof, decisions=1))
        if exposed and not self.allowed(model):
            assert self.rollout.state.stage == "champion"

    @precondition(lambda self: self.proofs)
    @rule(data=st.data())
    def promote(self, data: st.DataObject) -> None:
        proof = data.draw(st.sampled_from(self.proofs))
        model = self.rollout.state.challenger_model
        self.guarded(model, lambda: self.rollout.promote(proof, at=self.now, why="agreed"))

    @precondition(lambda self: self.proofs)
    @rule(data=st.data())
    def serve(self, data: st.DataObject) -> None:
        proof, state = data.draw(st.sampled_from(self.proofs)), self.rollout.state
        try:
            plan = Rollout(self.ledger, RULES, salt="toy", in_force=in_force).plan("toy", proof)
        except GateNotPassed:
            return
        if state.stage == "canary":
            assert proof.model == state.challenger_model
            assert plan.clearance == proof

    def guarded(self, model: str, attempt: object) -> None:
        before, allowed = self.ledger.head(), self.allowed(model) if model else False
        try:
            attempt()  # type: ignore[operator]
        except (GateNotPassed, RolloutError):
            assert self.ledger.head() == before
            return
        last = self.ledger.last(StepRecord)
        if last is not None and self.ledger.head() != before and last[1].step in GAINS:
            assert last[1].challenger_model == model
            assert allowed

    def in_force(self, given: GateEvidence) -> tuple[Gate, ...]:
        return gates_in_force(given.case, given.system, self.ledger.of(LessonRecord))


def test_no_sequence_of_commands_exposes_an_uncleared_model() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS, stateful_step_count=40, deadline=None, derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.parametrize(
    ("made", "where"),
    [
        ("Clearance", {"stages/gate/clearance.py"}),
        ("StepRecord", {"stages/rollout/rollout.py"}),
        ("expose_challenger", {"stages/rollout/rollout.py"}),
    ],
)
def test_exposing_steps_are_created_in_one_place(made: str, where: set[str]) -> None:
    assert {short(path) for path in FILES if made in calls(path)} == where
