"""Review a written answer, with the evidence of a case where one is given."""

from __future__ import annotations

from pathlib import Path

from starcase.app.queries.ask import records_in
from starcase.errors import StoryError
from starcase.report.questions import Question
from starcase.report.reviewer import Review, facts_of, review, said_in


def review_answer(
    file: Path, *, question: Question | None = None, case: Path | None = None, blocked: frozenset[str] = frozenset()
) -> tuple[str, Review]:
    """The text of an answer, and what the rules found in it.

    Args:
        file: Markdown or plain text.
        question: what it answers.
        case: the folder of the case whose ledger its numbers must trace to.
        blocked: names that must not be said.

    Raises:
        StoryError: the file cannot be read, or what it holds cannot be judged.
    """
    text = read_answer(file)
    if case is None:
        return text, review(text, question=question, blocked=blocked)
    records = records_in(case)
    said = said_in(records)
    return text, review(text, question=question, facts=facts_of(records), blocked=blocked, said=said)


def read_answer(file: Path) -> str:
    """The text of an answer; raises StoryError where the file cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoryError(
            "the answer cannot be read", where=str(file), why=str(error), mend="give a text file"
        ) from error
