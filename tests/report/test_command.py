from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.report.cards import CASE, START, card_records

from starcase.app import Workspace
from starcase.casefile.toml import write_case
from starcase.cli.main import run
from starcase.evidence.records import NoteRecord, StoryRecord


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "case.toml").write_text(write_case(CASE))
    with Workspace.open(tmp_path, actor="Mara") as work:
        for record, actor in card_records():
            work.ledger.append(record, actor=actor, at=START)
    return tmp_path


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_story_is_written_once_and_verified(folder: Path, form: str, capfd: pytest.CaptureFixture[str]) -> None:
    asked = ["story", "--case", str(folder), "--format", form]
    assert run(asked) == 0
    path = folder / "story" / f"star.{form}"
    before = path.read_bytes()
    assert run(asked) == 0
    assert path.read_bytes() == before
    assert run([*asked, "--verify"]) == 0
    assert "every sentence is backed" in capfd.readouterr().out
    with Workspace.open(folder) as work:
        work.ledger.append(NoteRecord(text="later"))
        assert len(work.ledger.of(StoryRecord)) == 1
    assert run([*asked, "--verify"]) == 0


def test_a_forged_number_is_named_with_its_sentence(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["story", "--case", str(folder)]) == 0
    path = folder / "story" / "star.md"
    path.write_text(path.read_text().replace("83.6", "93.6"))
    capfd.readouterr()
    assert run(["story", "--case", str(folder), "--verify", "--json"]) == 9
    faults = json.loads(capfd.readouterr().out)["faults"]
    assert "93.6" in faults[0]["sentence"]


def test_forged_page_is_marked_in_a_copy(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    asked = ["story", "--case", str(folder), "--format", "html"]
    assert run(asked) == 0
    path, copy = folder / "story" / "star.html", folder / "story" / "star.marked.html"
    assert run([*asked, "--verify"]) == 0
    assert not copy.exists()
    path.write_text(forged := path.read_text().replace("83.6", "93.6"))
    capfd.readouterr()
    assert run([*asked, "--verify"]) == 9
    assert f"copy with the faults marked: {copy}" in capfd.readouterr().out
    assert " data-fault" in copy.read_text()
    assert path.read_text() == forged


def test_pdf_is_verified_against_the_ledger(folder: Path) -> None:
    pytest.importorskip("typst", reason="the extra 'pdf' is not installed")
    asked = ["story", "--case", str(folder), "--format", "pdf", "--view", "memo"]
    assert run(asked) == 0
    assert run([*asked, "--verify"]) == 0
    path = folder / "story" / "memo.pdf"
    path.write_bytes(path.read_bytes() + b"%")
    assert run([*asked, "--verify"]) == 9


def test_invalid_story_requests_are_refused_with_a_message(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["story", "--case", str(folder), "--verify", "--to", str(folder / "none.md")]) == 9
    assert "there is no story here" in capfd.readouterr().err
    (folder / "a.txt").write_text("x")
    assert run(["story", "--case", str(folder), "--verify", "--to", str(folder / "a.txt")]) == 9
    assert "no format 'txt'" in capfd.readouterr().err
