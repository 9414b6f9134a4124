"""The rollout on a real ledger: state survives a restart, clearance is proved, every step is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stages.rollout.cleared import TOLD, cleared, told

from starcase.decide import Clearance, Reach
from starcase.errors import GateNotPassed, RolloutError
from starcase.evidence import Ledger
from starcase.evidence.records import NoteRecord, StepRecord
from starcase.stages.rollout import Rollout, RolloutObservation, Rules
from starcase.tables.clock import SimulatedClock

RULES = Rules.from_shares(0.1, 1.0, minimum_decisions=1, minimum_outcomes=1, minimum_duration=0, shadow_coverage=0.9)
WELL = RolloutObservation(at=10, decisions=5, matured=5, coverage=1.0, verdict="better")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="cards", clock=SimulatedClock(1), actor="test") as opened:
        yield opened


def clearance(ledger: Ledger, model: str = "m2", until: int | None = None) -> Clearance:
    return cleared(ledger, "new", model, until=until)


def started(ledger: Ledger) -> Rollout:
    rollout = Rollout(ledger, RULES, salt="cards", in_force=told)
    rollout.install("old", "m1", at=0)
    rollout.shadow("new", "m2", at=1)
    return rollout


def test_from_shadow_to_promotion_across_restarts(ledger: Ledger) -> None:
    started(ledger)
    proof = clearance(ledger)
    for expected in ("canary", "widen", "promote"):
        entry = Rollout(ledger, RULES, salt="cards", in_force=told).look(WELL, proof, decisions=7)
        assert entry is not None
        assert isinstance(entry.record, StepRecord)
        assert entry.record.step == expected
    state = Rollout(ledger, RULES, salt="cards", in_force=told).state
    assert (state.champion, state.previous, state.challenger) == ("new", "old", "")


def test_a_shadow_without_clearance_stays_a_shadow(ledger: Ledger) -> None:
    rollout = started(ledger)
    assert rollout.look(WELL, None, decisions=1) is None
    assert rollout.plan("cards").shadows[0].name == "new"


def test_a_forged_clearance_exposes_no_unit(ledger: Ledger) -> None:
    rollout = started(ledger)
    proof = clearance(ledger)
    forged = Clearance(candidate="new", model="m2", evidence=proof.evidence, hashes=("0" * 64,))
    assert rollout.look(WELL, forged, decisions=1) is None
    empty = Clearance(candidate="new", model="m2", evidence=(), hashes=())
    assert rollout.look(WELL, empty, decisions=1) is None


def test_a_tripped_guard_rolls_the_challenger_back(ledger: Ledger) -> None:
    rollout = Rollout(ledger, RULES, salt="cards", in_force=told)
    rollout.install("old", "m1", at=0)
    proof = clearance(ledger)
    rollout.expose("new", "m2", proof, reach=Reach.from_share(1.0), at=2, why="deadline")
    assert rollout.plan("cards").assign(9_999, {})[0].name == "new"
    entry = rollout.look(
        RolloutObservation(at=3, tripped=("alert rate",), because=("monitor-1",)), proof, decisions=300
    )
    assert entry is not None
    assert isinstance(entry.record, StepRecord)
    assert (entry.record.step, entry.record.because[0]) == ("rollback", "monitor-1")
    assert rollout.plan("cards").assign(0, {})[0].name == "old"


def test_an_expired_clearance_rolls_the_challenger_back(ledger: Ledger) -> None:
    rollout = Rollout(ledger, RULES, salt="cards", in_force=told)
    rollout.install("old", "m1", at=0)
    proof = clearance(ledger, until=5)
    rollout.expose("new", "m2", proof, reach=Reach.from_share(0.1), at=2, why="deadline")
    entry = rollout.look(RolloutObservation(at=6), proof, decisions=1)
    assert entry is not None
    assert isinstance(entry.record, StepRecord)
    assert "clearance" in entry.record.reason


def test_a_person_can_restore_the_previous_champion(ledger: Ledger) -> None:
    rollout = started(ledger)
    rollout.promote(clearance(ledger), at=2, why="agreed on Monday")
    rollout.rollback(at=3, why="second thoughts")
    assert rollout.state.champion == "old"
    with pytest.raises(RolloutError, match="nothing to roll back"):
        rollout.rollback(at=4, why="again")


def test_steps_out_of_order_are_refused(ledger: Ledger) -> None:
    rollout = Rollout(ledger, RULES, salt="cards", in_force=told)
    with pytest.raises(RolloutError, match="no champion serves yet"):
        rollout.plan("cards")
    rollout.install("old", "m1", at=0)
    with pytest.raises(RolloutError, match="serves already"):
        rollout.install("old", "m1", at=0)
    with pytest.raises(GateNotPassed):
        rollout.expose("new", "m3", clearance(ledger, model="m2"), reach=Reach.from_share(0.1), at=1, why="x")


def test_a_clearance_does_not_expose_another_candidate_with_the_same_files(ledger: Ledger) -> None:
    rollout = Rollout(ledger, RULES, salt="cards", in_force=told)
    rollout.install("old", "m1", at=0)
    with pytest.raises(GateNotPassed, match="does not hold for trap"):
        rollout.expose("trap", "m2", clearance(ledger), reach=Reach.from_share(0.5), at=1, why="x")
    rollout.shadow("trap", "m2", at=1)
    assert rollout.look(WELL, clearance(ledger), decisions=1) is None
    with pytest.raises(GateNotPassed, match="does not hold for trap"):
        rollout.promote(clearance(ledger), at=2, why="x")


def test_a_new_gate_in_force_rolls_the_challenger_back(ledger: Ledger) -> None:
    in_force = [TOLD]
    rollout = Rollout(ledger, RULES, salt="cards", in_force=lambda _: in_force)
    rollout.install("old", "m1", at=0)
    proof = clearance(ledger)
    rollout.expose("new", "m2", proof, reach=Reach.from_share(0.1), at=2, why="deadline")
    in_force.append(replace(TOLD, gate="new"))
    with pytest.raises(GateNotPassed, match="new is in force and has not been run"):
        rollout.prove_clearance(3)
    ledger.append(NoteRecord(text="something came since"))
    entry = rollout.look(RolloutObservation(at=3), proof, decisions=1)
    assert entry is not None
    assert isinstance(entry.record, StepRecord)
    assert entry.record.step == "rollback"
