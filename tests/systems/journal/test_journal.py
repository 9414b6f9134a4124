from __future__ import annotations

from pathlib import Path

import pytest

from starcase.app import Workspace, contest
from starcase.app.commands.check import check
from starcase.cli.main import run
from starcase.errors import DataError, NotIdentifiable
from starcase.evidence.records import NoteRecord


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run(["new", str(tmp_path / "mine"), "--system", "journal", "--question", "8", "--who", "Ana"]) == 0
    return tmp_path / "mine"


def fill(folder: Path) -> None:
    page = folder / "journal.md"
    page.write_text(
        page.read_text().replace("<!-- What did your manager", "Speed came first.\n<!-- What did your manager")
    )
    (folder / "evidence.csv").write_text(
        "when,name,value,unit,low,high,n\n2024-01-01,recall,0.34,share,0.32,0.36,600\n"
    )


def test_the_empty_page_has_a_prompt_for_every_fact(folder: Path) -> None:
    page = (folder / "journal.md").read_text()
    for role in ("manager's view", "own view", "resolution", "commitment", "result"):
        assert f"### {role}" in page
    assert run(["new", str(folder), "--system", "journal"]) == 3


def test_page_text_becomes_notes_and_the_table_becomes_figures(folder: Path) -> None:
    fill(folder)
    for _ in range(2):
        with Workspace.open(folder) as work:
            check(work)
    with Workspace.open(folder) as work:
        notes = work.ledger.of(NoteRecord)
    assert [(e.actor, n.role, n.part) for e, n in notes] == [
        ("Ana", "manager's view", "situation"), ("Ana", "evidence", "result"),
    ]  # fmt: skip
    assert notes[1][1].figures[0].high == 0.36
    assert len(notes[1][1].sha256) == 64


BROKEN = {
    "no who": ("journal.md", "who: Ana", "", "does not say who"),
    "no day": ("journal.md", "when: 20", "when: yesterday 20", "is not a moment"),
    "an unknown part": ("journal.md", "## Task", "## Tasks", "no part 'Tasks'"),
    "a value that is not a number": ("evidence.csv", "0.34", "a third", "is not a number"),
    "an infinite value": ("evidence.csv", "0.34", "inf", "not a finite number"),
    "no value": ("evidence.csv", "0.34", "", "needs a name and a value"),
    "no such column": ("evidence.csv", "value", "worth", "value"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_an_invalid_journal_is_refused_and_nothing_is_recorded(folder: Path, case: str) -> None:
    fill(folder)
    name, old, new, words = BROKEN[case]
    file = folder / name
    file.write_text(file.read_text().replace(old, new, 1))
    with Workspace.open(folder) as work, pytest.raises(DataError, match=words):
        check(work)
    assert not (folder / ".starcase" / "ledger.sqlite").exists()


def test_a_contest_of_a_journal_is_refused(folder: Path) -> None:
    fill(folder)
    with Workspace.open(folder) as work, pytest.raises(NotIdentifiable, match="no models"):
        contest(work)
