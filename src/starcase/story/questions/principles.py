"""Leadership principles, and the facts by which a case shows one: naming it earns nothing."""

from __future__ import annotations

from collections.abc import Mapping

from starcase.story.questions.match import Match

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


def shown(matched: Match) -> tuple[str, ...]:
    """The principles of the question that the recorded facts show."""
    roles = {need.role for need, _ in matched.found}
    return tuple(p for p in matched.question.principles if roles & set(SHOWN_BY[p]))
