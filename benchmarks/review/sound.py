"""Sound answers of our own writing, with their evidence; marks name the spans that a mutator changes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from starcase.report.questions import QUESTIONS, InterviewQuestion
from starcase.report.reviewer import Fact

FOLDER = Path(__file__).parent / "answers"
_MARK = re.compile(r"\[/?[pb]\]|\[d [^\]]*\]|\[/d\]")


@dataclass(frozen=True, slots=True)
class Sound:
    """One answer as it should be.

    Args:
        name: of its file.
        question: it answers.
        principle: it shows.
        facts: its evidence.
        marked: the text with marks around the principle shown, the behaviour changed, the difference not seen.
    """

    name: str
    question: InterviewQuestion
    principle: str
    facts: tuple[Fact, ...]
    marked: str

    @property
    def text(self) -> str:
        """The answer without marks."""
        return plain(self.marked)


def plain(marked: str) -> str:
    """The text without its marks."""
    return _MARK.sub("", marked)


def sound() -> tuple[list[Sound], list[Sound]]:
    """The answers on which the rules were written, and those they had not seen: every other one by name."""
    answers = [_read(path) for path in sorted(FOLDER.glob("*.md"))]
    return answers[::2], answers[1::2]


def _read(path: Path) -> Sound:
    _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    table = tomllib.loads(head)
    return Sound(
        path.stem, QUESTIONS[table["question"] - 1], table["principle"], _facts(table["facts"]), body.strip() + "\n"
    )


def _facts(rows: list[list[str | float]]) -> tuple[Fact, ...]:
    found = []
    for metric, arm, value, unit, *ends in rows:
        low, high = (float(end) for end in ends) if ends else (None, None)
        found.append(Fact(metric=str(metric), arm=str(arm), value=float(value), unit=str(unit), low=low, high=high))
    return tuple(found)
