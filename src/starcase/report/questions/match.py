"""Matching of a question, and coverage of its facts by a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starcase.errors import StoryError
from starcase.report.questions.catalogue import QUESTIONS
from starcase.report.questions.facts import find_notes
from starcase.report.questions.question import AnswerNeed, InterviewQuestion
from starcase.report.records import Records

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Match:
    """The facts of a case for a question.

    Args:
        question: asked.
        found: each need with the records that show it.
        missing: what no record of the case shows; it is never borrowed from another case.
    """

    question: InterviewQuestion
    found: tuple[tuple[AnswerNeed, tuple[str, ...]], ...]
    missing: tuple[AnswerNeed, ...]

    @property
    def complete(self) -> bool:
        """Whether every fact was found."""
        return not self.missing

    @property
    def coverage(self) -> float:
        """The share of facts found."""
        return len(self.found) / len(self.question.needs)

    @property
    def records(self) -> frozenset[str]:
        """Ids of the records that show a fact."""
        return frozenset(name for _, names in self.found for name in names)


def match_question(question: InterviewQuestion, records: Records) -> Match:
    """Find every fact the question needs: first in notes of that role, then in records of the stages."""
    shown = [(need, find_notes(records, need.role) + need.find(records)) for need in question.needs]
    return Match(
        question=question,
        found=tuple((need, names) for need, names in shown if names),
        missing=tuple(need for need, names in shown if not names),
    )


def find_question(asked: str) -> InterviewQuestion:
    """Return the question by its number, or the one with the most matching words.

    Raises:
        StoryError: none of the eight is recognised.

    >>> find_question("When did you push back on your boss?").number, find_question("6").number
    (8, 6)
    """
    if asked.strip().isdecimal() and 1 <= int(asked) <= len(QUESTIONS):
        return QUESTIONS[int(asked) - 1]
    words = set(_WORD.findall(asked.lower()))
    scored = [(len(words & question.cues), question) for question in QUESTIONS]
    best = max(score for score, _ in scored)
    if best == 0:
        raise StoryError(
            f"none of the eight questions is recognised in {asked!r}", mend="ask by number; `starcase ask` lists them"
        )
    return next(question for score, question in scored if score == best)


SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "Customer Obsession": ("customer's words", "more than asked", "harm"),
    "Think Big": ("options",),
    "Ownership": ("own fault", "own mistake", "direction", "what moved them", "choice"),
    "Deliver Results": ("result",),
    "Learn and Be Curious": ("lesson", "check that stays", "changed behaviour"),
    "Bias for Action": ("response", "repair"),
    "Earn Trust": ("own fault", "own mistake", "people", "group after", "manager's view", "customer's words"),
    "Invent and Simplify": ("changed plan", "phases"),
    "Insist on the Highest Standards": ("check that stays", "tests", "group after"),
    "Dive Deep": ("analysis",),
    "Have Backbone; Disagree and Commit": ("own view", "commitment"),
}


def list_shown_principles(matched: Match) -> tuple[str, ...]:
    """The principles of the question that the recorded facts show."""
    roles = {need.role for need, _ in matched.found}
    return tuple(p for p in matched.question.principles if roles & set(SHOWN_BY[p]))
