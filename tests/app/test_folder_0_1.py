"""A folder of version 0.1 opens, verifies and reports the same figures; its clearances expose no unit."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from starcase.app import Stretch, Workspace, gate, replay
from starcase.app.commands.replay import find_interrupted
from starcase.app.commands.rollout import status
from starcase.app.commands.story import story
from starcase.app.gate_lookup import create_gate_lookup
from starcase.app.queries.record_references import read_back
from starcase.errors import GateNotPassed
from starcase.stages.gate import clear

FOLDER = Path(__file__).parents[1] / "fixtures" / "folder_0_1"


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    shutil.copytree(FOLDER, tmp_path / "own")
    return Workspace.open(tmp_path / "own", actor="ana")


def told(text: str) -> list[str]:
    """Return the sentences of a story, without notes and hashes."""
    return [re.sub(r"\[\^\d+\]", "", line) for line in text.splitlines() if not line.startswith(("[^", "<!--"))]


def test_a_0_1_folder_verifies_and_reports_the_same_figures(work: Workspace) -> None:
    assert work.ledger.verify().faults == ()
    before = told((work.root / "story" / "star.md").read_text())
    story(work, form="md", view="star")
    after = told((work.root / "story" / "star.md").read_text())
    assert [line for line in before if line not in after] == []


def test_tables_of_a_0_1_folder_are_reported_as_not_checked(work: Workspace) -> None:
    found = list(read_back(work))
    assert not any(one.is_fault for one in found)
    assert [one.what for one in found if one.state == "not checked" and "0.1" in one.found] == ["table"]


def test_a_0_1_clearance_exposes_no_unit_and_names_the_command_to_run(work: Workspace) -> None:
    model = work.ledger.entry("gate-1").record.model  # type: ignore[attr-defined]
    with pytest.raises(GateNotPassed, match="starcase gate --candidate mine"):
        clear(
            work.ledger, "mine", model, work.ledger.entry("gate-1").at, in_force=create_gate_lookup(work)(work.ledger)
        )


def test_an_interrupted_0_1_replay_ends_and_the_case_continues(work: Workspace) -> None:
    _, record = replay(work, find_interrupted(work))
    assert record.ended.startswith("it ended at 2024-02-02")
    assert (status(work).stage, status(work).challenger) == ("champion", "")
    served = work.log.last()
    replay(work, Stretch(until=record.until + 86_400_000_000))
    later = list(work.log.read(served, 1_000))
    assert later
    assert {one.arm for one in later} == {"logistic_regression"}


def test_gates_rerun_on_a_model_with_an_identity(work: Workspace) -> None:
    held = gate(work, "mine")
    assert held.entry.id == "gate-2"
    assert work.artefacts.load_reader(held.record.model) is not None
    assert work.artefacts.load_reader(held.record.measured) is not None
