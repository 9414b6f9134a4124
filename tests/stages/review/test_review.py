"""A review reports from records what happened, what it cost, and which gate is in force from then on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stages.review.rolled_back import START, flooded

from starcase.app import Workspace, gate
from starcase.app.commands.review import lesson, list_lessons, review
from starcase.errors import CaseFileError, GateNotPassed, LedgerError, RolloutError
from starcase.evidence.records import GateRecord, LessonRecord, ReviewRecord
from starcase.stages.gate import clear, define_gates_in_force
from starcase.testing import ToySystem, toy_case


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return flooded(tmp_path)


def test_the_timeline_names_a_record_for_every_line(work: Workspace) -> None:
    _, record = review(work)
    kinds = [moment.evidence.rpartition("-")[0] for moment in record.timeline]
    assert kinds[:2] == ["contest", "gate"]
    assert kinds[-3:] == ["rollout", "monitor", "rollout"]
    assert set(kinds) == {"contest", "gate", "waiver", "rollout", "monitor"}
    for moment in record.timeline:
        assert work.ledger.entry(moment.evidence).at == moment.at
    assert not any("mara" in moment.what for moment in record.timeline)


def test_harm_excludes_what_the_champion_would_also_have_done(work: Workspace) -> None:
    _, record = review(work)
    exposed = work.log.table(known_by=10**9).filter(arm="noisy")
    rows = work.dataset.retrospect(START, START + 600).join(exposed, on="id")
    good_blocked = rows.filter((rows["bad"] == 0) & (rows["action"] == "block") & (rows["x"] < 0))
    harm = {figure.name: figure for figure in record.harm}
    assert harm["good ones blocked"].value == good_blocked.height > 0
    assert harm["decisions of the exposure"].value == exposed.height


def test_the_gates_that_would_have_stopped_it_were_waived(work: Workspace) -> None:
    entry, record = review(work)
    stopped = [one for one in record.preventions if one.stopped]
    assert "objective" in {one.gate for one in stopped}
    assert all(one.waived and one.saved[0] == record.harm[0] for one in stopped)
    assert not any(one.waived or one.saved for one in record.preventions if not one.stopped)
    afterwards = work.ledger.last(GateRecord, lambda run: run.retrospective)
    assert afterwards is not None
    assert {one.evidence.partition("#")[0] for one in record.preventions} == {afterwards[0].id}
    assert sum("waived" in cause.what for cause in record.causes) == len(stopped)
    assert "objective" in record.summary
    assert entry.kind == "review"


def test_a_slice_with_concentrated_harm_is_named(work: Workspace) -> None:
    _, record = review(work)
    (cause,) = [cause for cause in record.causes if "concentrated" in cause.what]
    assert cause.what == "harm concentrated in side right"
    inside, outside, excess, adjusted = cause.figures
    assert inside.value > outside.value
    assert excess.low is not None
    assert excess.low > 0
    assert adjusted.value < 0.05


def test_an_existing_review_is_returned(work: Workspace) -> None:
    first, head = review(work), work.ledger.head()
    assert review(work) == first
    lesson(work, "look", who="priya", gate="budget", parameters={"p99_us": 100})
    assert review(work)[0] == first[0]
    assert work.ledger.head() != head
    assert len(work.ledger.of(ReviewRecord)) == 1


def test_a_lesson_is_in_force_from_then_on(work: Workspace) -> None:
    entry, _ = review(work)
    cleared = gate(work, "weak")
    assert cleared.clearance is not None
    for _ in range(2):
        learnt = lesson(work, "alerts first", who="priya", gate="interventions", parameters={"allowed": 0.1})
    assert [one.lesson for _, one in list_lessons(work, entry)] == ["alerts first"]
    with pytest.raises(GateNotPassed, match="by a lesson"):
        clear(
            work.ledger, "weak", cleared.record.model, cleared.entry.at,
            in_force=define_gates_in_force(work.case, work.system, work.ledger),
        )  # fmt: skip
    again = gate(work, "weak")
    assert again.clearance is None
    assert "0.1" in next(r.required for r in again.record.results if r.gate == "interventions")
    assert learnt.id in {g.origin for g in work.ledger.entry(again.record.plan).record.gates}  # type: ignore[attr-defined]


def test_a_lesson_without_a_gate_needs_a_reason(work: Workspace) -> None:
    review(work)
    entry = lesson(work, "the deadline was ours", who="jonas", reason="no condition on a model")
    assert isinstance(entry.record, LessonRecord)
    assert (entry.record.gate, entry.record.reason) == ("", "no condition on a model")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"gate": "objectiv"}, CaseFileError),
        ({"gate": "interventions", "parameters": {"alowed": 1.0}}, CaseFileError),
        ({}, GateNotPassed),
        ({"gate": "budget", "reason": "both"}, GateNotPassed),
        ({"reason": "r", "parameters": {"x": 1.0}}, GateNotPassed),
        ({"gate": "budget", "who": " "}, GateNotPassed),
    ],
)
def test_an_incomplete_lesson_is_refused(work: Workspace, given: dict[str, object], error: type[Exception]) -> None:
    review(work)
    with pytest.raises(error):
        lesson(work, "l", **({"who": "ana"} | given))  # type: ignore[arg-type]
    assert work.ledger.of(LessonRecord) == []


def test_a_review_without_a_rollback_is_refused(work: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="has not been reviewed"):
        lesson(work, "l", who="ana", gate="budget")
    with pytest.raises(RolloutError, match="toy-9 was not rolled back"):
        review(work, "toy-9")
    with (
        Workspace(toy_case(), tmp_path / "empty", system=ToySystem()) as empty,
        pytest.raises(RolloutError, match="no rollout was rolled back"),
    ):
        review(empty)


def test_two_runs_with_one_seed_give_the_same_result(work: Workspace, tmp_path: Path) -> None:
    other = flooded(tmp_path / "again")
    review(work)
    review(other)
    assert work.ledger.digest() == other.ledger.digest()
