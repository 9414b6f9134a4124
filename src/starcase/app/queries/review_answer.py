"""Review a written answer, with the evidence of a case where one is given."""

from __future__ import annotations

from pathlib import Path

from starcase.app.queries.ask import read_records
from starcase.errors import StoryError
from starcase.report.questions import InterviewQuestion
from starcase.report.reviewer import Review, apply_rules, collect_facts, collect_quotes


def review_answer(
    file: Path,
    *,
    question: InterviewQuestion | None = None,
    case: Path | None = None,
    blocked: frozenset[str] = frozenset(),
) -> tuple[str, Review]:
    """Return the text of an answer and the findings of the rules.

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
        return text, apply_rules(text, question=question, blocked=blocked)
    records = read_records(case)
    said = collect_quotes(records)
    return text, apply_rules(text, question=question, facts=collect_facts(records), blocked=blocked, said=said)


def read_answer(file: Path) -> str:
    """Return the text of an answer; raises StoryError if the file cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoryError(
            "the answer cannot be read", where=str(file), why=str(error), mend="give a text file"
        ) from error
