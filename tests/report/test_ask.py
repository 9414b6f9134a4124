from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.report.cards import CASE, START, card_records

from starcase.app import Workspace
from starcase.app.commands.check import check
from starcase.app.queries.ask import answered, folders_under, interview, matrix, opened, ranked, records_in
from starcase.casefile.toml import write_case
from starcase.cli.main import run
from starcase.errors import StoryError
from starcase.evidence.records import NoteRecord
from starcase.report import document, verify
from starcase.report.questions import QUESTIONS, Question, nearest
from starcase.report.questions.match import SHOWN_BY

EXAMPLES = Path(__file__).parents[2] / "cases" / "journal"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example journals, checked, and a card-fraud case beside them."""
    root = tmp_path_factory.mktemp("shelf")
    for example in sorted(EXAMPLES.iterdir()):
        shutil.copytree(example, root / example.name, ignore=shutil.ignore_patterns(".starcase"))
        with Workspace.open(root / example.name) as work:
            check(work)
    (root / "cards").mkdir()
    (root / "cards" / "case.toml").write_text(write_case(CASE))
    with Workspace.open(root / "cards", actor="Mara") as work:
        for record, actor in card_records():
            work.ledger.append(record, actor=actor, at=START)
    return root


def test_every_question_is_answered_by_one_command(shelf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for question in QUESTIONS:
        assert run(["ask", str(question.number), "--among", str(shelf)]) == 0
        out = capfd.readouterr().out
        assert "## Situation" in out
        assert "## Reflection" in out or "## Growth" in out
        assert ("## Recovery" in out) == (question.extra == "recovery")
        assert ("## Growth" in out) == (question.extra == "growth")


def test_answers_are_stories_and_verify(shelf: Path) -> None:
    for question in QUESTIONS:
        best = ranked(question, opened(folders_under(shelf)))[0]
        with Workspace.open(best.folder) as work:
            text = answered(question, records_in(best.folder), teller="Jonas")
            assert verify(text, "md", work.ledger) == ()


def test_a_missing_fact_is_named_and_not_borrowed(shelf: Path) -> None:
    records = records_in(shelf / "cards")
    with pytest.raises(StoryError, match="manager's view"):
        answered(QUESTIONS[7], records)


def test_only_who_acted_tells_it_as_their_own(shelf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "2", "--case", str(shelf), "--as", "Bob"]) == StoryError.exit_code
    told = capfd.readouterr().err
    assert "nobody called 'Bob' acted here" in told
    assert "Jonas" in told
    assert run(["ask", "2", "--among", str(shelf), "--as", "priya"]) == 0
    assert str(shelf / "cards") in capfd.readouterr().err
    assert run(["story", "--case", str(shelf / "cards"), "--as", "Ann"]) == StoryError.exit_code
    assert "Priya" in capfd.readouterr().err
    assert not (shelf / "cards" / "story").exists()


def test_a_note_supplies_a_fact(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(write_case(CASE))
    with Workspace.open(tmp_path) as work:
        for role in ("customer's words", "what was done", "more than asked", "result"):
            work.ledger.append(NoteRecord(text=f"the {role}", role=role))
        assert ranked(QUESTIONS[6], {tmp_path: records_in(tmp_path)})[0].match.complete


def test_an_interview_uses_no_case_twice(shelf: Path) -> None:
    found = matrix(opened(folders_under(shelf)))
    assert found.holes == ()
    given = [one.folder for _, one in interview(found) if one is not None]
    assert len(given) == len(set(given)) == 8


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: str(q.number))
def test_a_question_is_recognised(question: Question) -> None:
    assert nearest(question.text) is question
    assert nearest(str(question.number)) is question


def test_what_is_no_question_is_said_to_be_none() -> None:
    with pytest.raises(StoryError, match="none of the eight"):
        nearest("What is the weather like?")


def test_every_principle_can_be_shown() -> None:
    roles = {need.role for question in QUESTIONS for need in question.needs}
    assert {p for question in QUESTIONS for p in question.principles} <= set(SHOWN_BY)
    assert {role for facts in SHOWN_BY.values() for role in facts} <= roles


def test_a_journal_tells_no_machinery(shelf: Path) -> None:
    topics = {claim.topic for claim in document(records_in(shelf / "a-divided-team")).claims}
    assert topics <= {"case", "check", "note", "records", "silence"}
