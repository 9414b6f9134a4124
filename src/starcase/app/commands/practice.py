"""Practice sessions: a question, an answer, its review, and the log of earlier sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from starcase.errors import StoryError
from starcase.report.questions import QUESTIONS, InterviewQuestion
from starcase.report.records import Records
from starcase.report.reviewer import Review, apply_rules, collect_facts, collect_quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One answer that was practised.

    Args:
        at: when, microseconds UTC.
        question: its number.
        seconds: how long it took to answer.
        words: spoken words.
        errors: rules with an error.
        warnings: rules with a warning.
    """

    at: int
    question: int
    seconds: float
    words: int
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def select_question(sessions: Sequence[Session], rng: np.random.Generator) -> InterviewQuestion:
    """Return the question that was practised least; among several, one at random."""
    counts = {q.number: sum(session.question == q.number for session in sessions) for q in QUESTIONS}
    least = [q for q in QUESTIONS if counts[q.number] == min(counts.values())]
    return least[int(rng.integers(len(least)))]


def record_practice(
    text: str, question: InterviewQuestion, *, at: int, seconds: float, records: Records | None, log: Path
) -> tuple[Session, Review]:
    """Review an answer and add the session to the log, one JSON object a line."""
    if records is None:
        found = apply_rules(text, question=question)
    else:
        found = apply_rules(text, question=question, facts=collect_facts(records), said=collect_quotes(records))
    session = Session(
        at=at,
        question=question.number,
        seconds=seconds,
        words=found.words,
        errors=tuple(sorted(found.list_rules("error"))),
        warnings=tuple(sorted(found.list_rules("warning"))),
    )
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        out.write(msgspec.json.encode(session) + b"\n")
    return session, found


def read_sessions(log: Path) -> tuple[Session, ...]:
    """Return the sessions of a log, in order; none if there is no log yet.

    Raises:
        StoryError: a line is no session; the line is named, and nothing is thrown away.
    """
    if not log.exists():
        return ()
    found = []
    for number, line in enumerate(log.read_bytes().splitlines(), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Session))
        except msgspec.MsgspecError as error:
            raise StoryError(
                "this line is not a valid session", where=f"{log}, line {number}", why=str(error)
            ) from error
    return tuple(found)
