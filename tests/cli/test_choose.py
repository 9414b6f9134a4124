"""A choice after a contest without a winner says so, and why."""

from __future__ import annotations

from dataclasses import replace

from tests.cli.test_lift import record

from starcase.cli.choose import describe_no_winner
from starcase.evidence.records import ChoiceRecord


def choice(chosen: str) -> ChoiceRecord:
    return ChoiceRecord(contest="c", chosen=chosen, criteria=(), votes=(), dissent=(), reason="")


def test_a_choice_after_a_contest_without_a_winner_gives_the_reason() -> None:
    held = replace(record(), verdict="no winner", recommended="old", reason="count is shown better than old")
    said = ["the contest had no winner, old stays", "because: count is shown better than old"]
    assert describe_no_winner(held, choice("old")) == said
    assert describe_no_winner(held, choice("new"))[0] == "the contest had no winner"


def test_a_choice_of_the_winner_prints_no_explanation() -> None:
    assert describe_no_winner(record(), choice("new")) == []
