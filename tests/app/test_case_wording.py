"""Every command first records a changed case, once for each wording, and never back in time."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

import starcase.app
from starcase.app import Stretch, Workspace, contest, gate, replay, waive
from starcase.app.commands.analysis import analysis
from starcase.app.commands.case_wording import record_case
from starcase.app.commands.check import check
from starcase.app.commands.choose import choose
from starcase.app.commands.experiment import experiment, plan
from starcase.app.commands.monitor import monitor
from starcase.app.commands.note import note
from starcase.app.commands.retrain import retrain
from starcase.app.commands.review import lesson, review
from starcase.app.commands.rollout import promote, rollback
from starcase.app.commands.rollout import shadow as put_in_shadow
from starcase.app.commands.shadow import catch_up, shadow
from starcase.app.commands.story import story
from starcase.contract.case_spec import ContestSpec, RolloutSpec
from starcase.errors import StarcaseError
from starcase.evidence import Entry
from starcase.evidence.records import CaseRecord
from starcase.testing.toy import ToySystem, toy_case

WRITERS = {"wording.py", "refit.py", "golden.py", "replay_end.py"}  # only verbs that have recorded the case call them
CASE = toy_case(contest=ContestSpec(folds=1, trials=1, draws=100, growth=()), rollout=RolloutSpec(margin=0.05))
VERBS: dict[str, Callable[[Workspace], object]] = {
    "analysis": analysis,
    "check": check,
    "choose": lambda work: choose(work, []),
    "contest": lambda work: contest(work, until=300),
    "experiment": experiment,
    "experiment plan": plan,
    "gate": lambda work: gate(work, "strong"),
    "monitor": monitor,
    "note": lambda work: note(work, "a word"),
    "promote": lambda work: promote(work, why="now"),
    "replay": lambda work: replay(work, Stretch(since=300, until=320)),
    "retrain": lambda work: retrain(work, "strong"),
    "review": review,
    "lesson": lambda work: lesson(work, "a lesson", who="ana", reason="none"),
    "rollback": lambda work: rollback(work, why="now"),
    "put in shadow": lambda work: put_in_shadow(work, "strong", why="now"),
    "shadow": shadow,
    "catch up": catch_up,
    "story": story,
    "waive": lambda work: waive(work, "strong", "stress", who="ana", why="now", until=10**6),
}


@pytest.fixture(scope="module")
def told() -> list[Entry]:
    return []


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, told: list[Entry]) -> Workspace:
    folder = tmp_path_factory.mktemp("toy")
    opened = Workspace(CASE, folder, system=ToySystem(), actor="ana", changed=told.append)
    contest(opened, until=300)
    return opened


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_begins_by_recording_the_case(work: Workspace, told: list[Entry], verb: str) -> None:
    before = [entry.seq for entry in work.ledger.entries()]
    work.case = replace(work.case, title=f"before {verb}")
    with suppress(StarcaseError):
        VERBS[verb](work)
    written = list(work.ledger.entries(after=before[-1]))
    assert written[0].kind == "case"
    assert told[-1] == written[0]
    assert f'title = "before {verb}"' in written[0].record.resolved  # type: ignore[attr-defined]
    assert written[0].at == max(entry.at for entry in work.ledger.entries() if entry.seq <= before[-1])


def test_every_file_that_writes_a_record_records_the_case_first() -> None:
    silent = []
    for path in sorted(Path(str(starcase.app.__file__)).parent.glob("*.py")):
        called = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        writes = any(isinstance(f, ast.Attribute) and f.attr == "append" and "ledger" in ast.unparse(f) for f in called)
        records = any(isinstance(f, ast.Name) and f.id == "record_case" for f in called)
        if writes and not records and path.name not in WRITERS:
            silent.append(path.name)
    assert silent == []


def test_an_empty_ledger_stays_empty_if_a_verb_requires_records(tmp_path: Path) -> None:
    with Workspace(CASE, tmp_path, system=ToySystem(), actor="ana") as opened:
        with pytest.raises(StarcaseError, match="no contest"):
            choose(opened, [])
        assert list(opened.ledger.entries()) == []


def test_two_processes_that_see_the_same_change_record_it_once(tmp_path: Path) -> None:
    with Workspace(CASE, tmp_path, system=ToySystem(), actor="ana") as first:
        check(first)
        changed = replace(CASE, seed=9)
        with Workspace(changed, tmp_path, system=ToySystem(), actor="ben") as second:
            first.case = changed
            assert record_case(first) == record_case(second) == "case-2"
        assert len(first.ledger.of(CaseRecord)) == 2


def test_a_wording_restored_is_recorded_as_a_change(tmp_path: Path) -> None:
    with Workspace(CASE, tmp_path, system=ToySystem(), actor="ana") as opened:
        held = contest(opened, until=300)
        for seed in (9, CASE.seed):
            opened.case = replace(CASE, seed=seed)
            record_case(opened)
        assert contest(opened, until=300).entry == held.entry
        found = [(r.changes[0].before, r.changes[0].now, r.after) for _, r in opened.ledger.of(CaseRecord)[1:]]
        assert found == [("7", "9", "contest-1"), ("9", "7", "contest-1")]
