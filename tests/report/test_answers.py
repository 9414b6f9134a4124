"""Answers to questions pass the reviewer and rest on recorded actions."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.cards import START, card_records, gate_run, open_ledger, step

from starcase.app import Workspace
from starcase.app.commands.check import check
from starcase.app.queries.ask import answer_question, read_records, strip_footnotes
from starcase.evidence import Ledger
from starcase.evidence.records import LessonRecord, NoteRecord, Record, WaiverRecord
from starcase.report import WRITERS, Records, build_document, verify
from starcase.report.questions import QUESTIONS
from starcase.report.questions.facts import find_changed_behaviour
from starcase.report.reviewer import apply_rules, collect_facts, collect_quotes
from starcase.tables.clock import HOUR

EXAMPLES = Path(__file__).parents[2] / "cases" / "journal"
TOLD = {
    "one-of-three-roads": (1, "Ines"),
    "the-test-i-stopped": (2, "Elif"),
    "leading-a-launch": (3, "Tomas"),
    "a-divided-team": (4, "Leila"),
    "why-nobody-clicked": (5, "Marek"),
    "the-forecast-that-failed": (6, "Nadia"),
    "the-clients-seasons": (7, "Jun"),
    "simple-now-refined-later": (8, "Ravi"),
}


def test_every_example_has_an_answer() -> None:
    assert {folder.name for folder in EXAMPLES.iterdir()} == set(TOLD)
    assert sorted(number for number, _ in TOLD.values()) == list(range(1, 9))


@pytest.mark.parametrize("name", TOLD)
def test_an_example_passes_the_review_of_its_own_product(tmp_path: Path, name: str) -> None:
    number, teller = TOLD[name]
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns(".starcase"))
    with Workspace.open(folder) as work:
        check(work)
    records = read_records(folder)
    text = strip_footnotes(answer_question(QUESTIONS[number - 1], records, teller=teller))
    found = apply_rules(
        text, question=QUESTIONS[number - 1], facts=collect_facts(records), said=collect_quotes(records)
    )
    assert [(f.rule, f.reason) for f in found.findings if f.severity == "error"] == []
    assert found.traced


def told(folder: Path, *more: tuple[Record, str]) -> Ledger:
    ledger = open_ledger(folder)
    for n, (record, actor) in enumerate([*card_records(), *more]):
        ledger.append(record, actor=actor, at=START + HOUR * n)
    return ledger


def test_note_is_quoted_in_its_writers_words(tmp_path: Path) -> None:
    with told(tmp_path, (NoteRecord(text="I was wrong.", role="own mistake", part="situation"), "Jonas")) as ledger:
        records = Records.from_ledger(ledger)
        mine, theirs = (
            WRITERS["md"](build_document(records, view="question-2", teller=who)) for who in ("Jonas", "Mara")
        )
        assert "Jonas wrote “I was wrong.”" in theirs
        assert "wrote “I was wrong.”" not in mine
        assert "“I was wrong.”" in mine
        for text in (mine, theirs):
            assert verify(text, "md", ledger) == ()


def test_waivers_given_together_form_one_sentence(tmp_path: Path) -> None:
    waiver = next(record for record, _ in card_records() if isinstance(record, WaiverRecord))
    more = (replace(waiver, gate="calibration"), "Jonas"), (replace(waiver, gate="budget", why="later"), "Jonas")
    with told(tmp_path, *more) as ledger:
        claims = build_document(Records.from_ledger(ledger)).claims
        sentences = [c for c in claims if c.topic == "waiver"]
        assert len(sentences) == 2
        text = WRITERS["md"](build_document(Records.from_ledger(ledger), view="spoken"))
        assert "past 2 of its gates" in text
        assert verify(text, "md", ledger) == ()


def test_growth_is_shown_by_later_exposures_with_passed_gates(tmp_path: Path) -> None:
    with told(tmp_path) as ledger:
        records = Records.from_ledger(ledger)
        assert find_changed_behaviour(records) == ("gate-3",)
        assert "it had passed every gate before" in WRITERS["md"](build_document(records))


def test_later_exposure_without_passed_gates_shows_no_growth(tmp_path: Path) -> None:
    canary = replace(step("canary", "hasty", 0.1, "quick", version=7, automatic=False), challenger_model="ab" * 32)
    with told(tmp_path, (gate_run("hasty", passed=False), "Jonas"), (canary, "Jonas")) as ledger:
        records = Records.from_ledger(ledger)
        assert find_changed_behaviour(records) == ()
        text = WRITERS["md"](build_document(records))
        assert "Since then 2 models have met people; 1 had passed every gate before" in " ".join(text.split())
        assert verify(text, "md", ledger) == ()


def test_lesson_without_later_exposure_shows_no_growth(tmp_path: Path) -> None:
    lesson = next(record for record, _ in card_records() if isinstance(record, LessonRecord))
    with open_ledger(tmp_path) as ledger:
        ledger.append(lesson)
        assert find_changed_behaviour(Records.from_ledger(ledger)) == ()
