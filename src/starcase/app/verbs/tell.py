"""The verbs that report: stories, answers to questions, practice, notes."""

from __future__ import annotations

from pathlib import Path

from starcase.app.commands.note import note as write_note
from starcase.app.commands.practice import Session, record_practice
from starcase.app.commands.story import story as write_story
from starcase.app.queries.ask import answer_question, read_records
from starcase.app.queries.review_answer import review_answer as review_text
from starcase.app.verbs.case_opening import CaseLike, open_case
from starcase.evidence import Entry
from starcase.report.questions import find_question
from starcase.report.reviewer import Review
from starcase.tables.clock import Clock, SystemClock


def story(case: CaseLike, *, form: str = "md", view: str = "star", teller: str = "", to: str | Path = "") -> Path:
    """Write the story of a case from its ledger and return the file.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        form: ``"md"``, ``"html"`` or another one that `starcase story --help` lists.
        view: ``"star"`` for the whole story, or another one that `starcase story --help` lists.
        teller: tells their own actions in the first person.
        to: the file; below ``story/`` of the case when empty.

    Raises:
        LedgerError: nothing has been recorded yet.
        StoryError: there is no such form or view, or a sentence has no record behind it.
    """
    with open_case(case, recorded=True) as work:
        return write_story(work, form=form, view=view, teller=teller, to=Path(to) if str(to) else None)


def ask(question: str, case: str | Path, *, form: str = "md", teller: str = "") -> str:
    """Return the answer of a case to a question of a behavioural interview.

    Args:
        question: its number, or words of it.
        case: the folder.
        form: of the text.
        teller: tells their own actions in the first person.

    Raises:
        LedgerError: nothing has been recorded yet.
        StoryError: the case lacks a fact that the question needs; it is named.
    """
    return answer_question(find_question(question), read_records(Path(case)), form=form, teller=teller)


def practice(
    question: str, text: str, *, seconds: float, log: str | Path, case: str | Path = "", clock: Clock | None = None
) -> tuple[Session, Review]:
    """Review a practised answer, and add the session to ``log``.

    Args:
        question: its number, or words of it.
        text: the answer.
        seconds: that it took.
        log: the file of sessions, one JSON object a line.
        case: the folder whose ledger its numbers must trace to; none when empty.
        clock: the present.

    Raises:
        StoryError: there is no such question, or the text cannot be judged.
    """
    records = read_records(Path(case)) if str(case) else None
    now = (clock or SystemClock()).now()
    return record_practice(text, find_question(question), at=now, seconds=seconds, records=records, log=Path(log))


def review_answer(
    file: str | Path, *, question: str = "", case: str | Path = "", blocked: frozenset[str] = frozenset()
) -> Review:
    """Return the findings of fourteen rules in a written answer.

    Args:
        file: Markdown or plain text.
        question: what it answers, a number or words of it.
        case: the folder whose ledger its numbers must trace to; none when empty.
        blocked: names that must not be said.

    Raises:
        StoryError: the file cannot be read, or the text cannot be judged.
    """
    asked = find_question(question) if question else None
    return review_text(Path(file), question=asked, case=Path(case) if str(case) else None, blocked=blocked)[1]


def note(
    case: CaseLike, text: str, *, part: str = "action", about: str = "", role: str = "", who: str = ""
) -> Entry:  # fmt: skip
    """Record a person's own words, at the event time the case has reached.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        text: the words.
        part: of the story they belong to.
        about: the record they are about, such as ``"rollout-7"``.
        role: the fact they tell, such as ``"own view"``.
        who: says them.

    Raises:
        StoryError: there is no such part, record or role.
    """
    with open_case(case, who=who) as work:
        return write_note(work, text, part=part, about=about, role=role)
