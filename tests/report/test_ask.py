from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.report.cards import CASE, START, card_records

from starcase.app import Workspace
from starcase.app.commands.check import check
from starcase.app.queries.ask import (
    answer_question,
    build_matrix,
    find_case_folders,
    plan_interview,
    rank_cases,
    read_cases,
    read_records,
)
from starcase.casefile.toml import write_case
from starcase.cli.main import run
from starcase.errors import StoryError
from starcase.evidence.records import NoteRecord
from starcase.report import build_document, verify
from starcase.report.questions import QUESTIONS, InterviewQuestion, find_question
from starcase.report.questions.match import SHOWN_BY

EXAMPLES = Path(__file__).parents[2] / "cases" / "journal"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checked example journals and a card-fraud case."""
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
        best = rank_cases(question, read_cases(find_case_folders(shelf)))[0]
        with Workspace.open(best.folder) as work:
            text = answer_question(question, read_records(best.folder), teller="Jonas")
            assert verify(text, "md", work.ledger) == ()


def test_missing_fact_is_named_and_not_invented(shelf: Path) -> None:
    records = read_records(shelf / "cards")
    with pytest.raises(StoryError, match="manager's view"):
        answer_question(QUESTIONS[7], records)


def test_first_person_requires_a_teller_who_acted(shelf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "2", "--case", str(shelf), "--as", "Bob"]) == StoryError.exit_code
    told = capfd.readouterr().err
    assert "no person called 'Bob' acted in the records" in told
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
        assert rank_cases(QUESTIONS[6], {tmp_path: read_records(tmp_path)})[0].match.complete


def test_an_interview_uses_no_case_twice(shelf: Path) -> None:
    found = build_matrix(read_cases(find_case_folders(shelf)))
    assert found.holes == ()
    given = [one.folder for _, one in plan_interview(found) if one is not None]
    assert len(given) == len(set(given)) == 8


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: str(q.number))
def test_a_question_is_recognised(question: InterviewQuestion) -> None:
    assert find_question(question.text) is question
    assert find_question(str(question.number)) is question


def test_unknown_question_is_refused() -> None:
    with pytest.raises(StoryError, match="none of the eight"):
        find_question("What is the weather like?")


def test_every_principle_can_be_shown() -> None:
    roles = {need.role for question in QUESTIONS for need in question.needs}
    assert {p for question in QUESTIONS for p in question.principles} <= set(SHOWN_BY)
    assert {role for facts in SHOWN_BY.values() for role in facts} <= roles


def test_answer_from_a_journal_has_no_technical_records(shelf: Path) -> None:
    topics = {claim.topic for claim in build_document(read_records(shelf / "a-divided-team")).claims}
    assert topics <= {"case", "check", "note", "records", "silence"}
