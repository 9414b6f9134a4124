"""The types of a question and of the facts its answer needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starcase.report.records import Records

Finder = Callable[[Records], tuple[str, ...]]
Extra = Literal["", "growth", "recovery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNeed:
    """One fact that an answer needs.

    Args:
        role: its name; a note with this role tells it.
        part: the section it belongs to.
        prompt: how a person is asked for it.
        find: ids of the records of a case that show it without any note.
    """

    role: str
    part: str
    prompt: str
    find: Finder


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewQuestion:
    """One question.

    Args:
        number: 1 to 8.
        text: as it is asked.
        looks_for: what the person who asks wants to see.
        extra: an additional section next to situation, task, action, result and reflection.
        principles: which leadership principles it should show.
        needs: the facts.
        cues: words by which a question asked in other words is recognised.
    """

    number: int
    text: str
    looks_for: str
    extra: Extra
    principles: tuple[str, ...]
    needs: tuple[AnswerNeed, ...]
    cues: frozenset[str]
