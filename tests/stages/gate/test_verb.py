"""The gates of a whole case: from the last contest to a clearance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from starcase.app import StoredModel, Workspace, contest, gate, waive
from starcase.app.fit_history import resolve_model
from starcase.contract.case_spec import GateSpec
from starcase.contract.model_identity import hash_model
from starcase.errors import ArtefactError, CaseFileError, GateNotPassed, LedgerError, NotComparable
from starcase.evidence.records import GateRecord, LessonRecord, WaiverRecord
from starcase.stages.contest.evaluation import FittedCandidate
from starcase.stages.gate import define_gates_in_force, verify_clearance
from starcase.testing import ToySystem, toy_case
from starcase.testing.toy import ToyCandidate

TIGHT = GateSpec(name="interventions", parameters={"allowed": 0.01})


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    opened = Workspace(toy_case(gates=(TIGHT,)), tmp_path / "toy", system=ToySystem(), actor="ana")
    contest(opened)
    return opened


def later(work: Workspace) -> FittedCandidate:
    """A model fitted after the contest, on half the data of its last fold."""
    candidate = ToyCandidate("strong", 2, "x", 2.5)
    fold = work.dataset.folds(count=4)[1]
    model = candidate.fit(work.dataset.train(fold), rng=np.random.default_rng(1))
    files = candidate.save(model)
    return FittedCandidate(
        candidate=candidate, model=model, files=files, hash=hash_model(files), trials=1, fit_seconds=0.1,
        fit_memory_mb=1.0,
    )  # fmt: skip


def test_the_model_of_the_last_contest_answers_its_last_fold(work: Workspace) -> None:
    held = gate(work, "strong")
    assert (held.fold.name, held.incumbent.candidate) == ("fold-3", "weak")
    assert [r.gate for r in held.record.results if r.outcome != "passed"] == ["interventions"]
    assert held.clearance is None
    assert "interventions" in str(held.refusal)


def test_a_repeated_gate_returns_the_recorded_run(work: Workspace) -> None:
    first, head = gate(work, "strong"), work.ledger.head()
    assert gate(work, "strong").entry == first.entry
    assert work.ledger.head() == head


def test_a_waiver_clears_until_its_end_and_is_recorded_once(work: Workspace) -> None:
    now = gate(work, "strong").entry.at
    for _ in range(2):
        waive(work, "strong", "interventions", who="mara", why="a deadline", until=now + 50)
    assert len(work.ledger.of(WaiverRecord)) == 1
    clearance = gate(work, "strong").clearance
    assert clearance is not None
    assert clearance.until == now + 50
    in_force = define_gates_in_force(work.case, work.system, work.ledger)
    verify_clearance(work.ledger, clearance, now + 49, in_force=in_force)
    with pytest.raises(GateNotPassed):
        verify_clearance(work.ledger, clearance, now + 50, in_force=in_force)
    assert gate(work, "strong", now=now + 50).clearance is None


def test_a_lesson_requires_a_new_run(work: Workspace) -> None:
    before = gate(work, "strong").entry
    lesson = LessonRecord(review="review-1", lesson="l", gate="budget", parameters=(), reason="", who="ana")
    work.ledger.append(lesson, at=before.at)
    assert gate(work, "strong").entry.id != before.id


def test_a_model_fitted_later_is_stored_timed_and_gated_on_its_own_span(work: Workspace) -> None:
    fitted, fold = later(work), work.dataset.folds(count=4)[1]
    held = gate(work, "strong", fitted=fitted, fold=fold)
    assert (held.fold, held.record.measured) == (fold, held.record.model)
    assert work.artefacts.load(held.record.model) == fitted.files
    budget = next(r for r in held.record.results if r.gate == "budget")
    assert (budget.outcome, {f.name for f in budget.figures}) == (
        "passed", {"p99 latency", "fit memory", "artefact size"},
    )  # fmt: skip


def test_a_retrospective_gate_run_gives_no_clearance(work: Workspace) -> None:
    held = gate(
        work, "weak", retrospective=True, incumbent=StoredModel(candidate="strong", model=_model(work, "strong"))
    )
    assert (held.clearance, held.refusal, held.record.retrospective) == (None, None, True)


def test_a_span_inside_training_is_refused(work: Workspace) -> None:
    with pytest.raises(NotComparable, match="before the end of the model's training"):
        gate(work, "strong", fold=work.dataset.folds(count=3)[0])
    assert work.ledger.of(GateRecord) == []


def test_a_candidate_that_was_never_fitted_is_refused(work: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="no candidate 'nobody'"):
        gate(work, "nobody")
    with pytest.raises(LedgerError, match="no contest has fitted strong as model ffff"):
        gate(work, "strong", model="f" * 64)
    with pytest.raises(ArtefactError, match="0 stored models"):
        resolve_model(work, "zz")
    with Workspace(toy_case(), tmp_path / "other", system=ToySystem()) as empty:
        with pytest.raises(LedgerError, match="nothing has been recorded"):
            gate(empty, "strong")
        with pytest.raises(GateNotPassed, match="no gate has been run"):
            waive(empty, "strong", "budget", who="a", why="b", until=9, now=0)


def test_a_changed_artefact_is_not_judged(work: Workspace) -> None:
    path = work.artefacts.path(_model(work, "strong")) / "model.json"
    path.write_bytes(path.read_bytes().replace(b"2.0", b"2.1"))
    with pytest.raises(ArtefactError, match="does not match its hash"):
        gate(work, "strong")
    assert work.ledger.of(GateRecord) == []


def _model(work: Workspace, candidate: str) -> str:
    from starcase.app.fit_history import find_contest

    found = find_contest(work.ledger, candidate)
    assert found is not None
    return found[2].model
