"""The same answer in other words: nothing that is claimed changes, so no verdict may."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from starcase.report.numerals import find_numerals
from starcase.report.speech import spell_numeral

SYNONYMS = (
    (r"My job was to", "I was responsible, and had to"),
    (r"\bI learned\b", "What I learned is"),
    (r"\brose from\b", "climbed from"),
    (r"\bfell from\b", "dropped from"),
    (r"\brather than\b", "instead of"),
    (r"\bAs a result\b", "In the end"),
    (r"\bIn the end\b", "When it was over"),
    (r"\bwent down from\b", "declined from"),
    (r"%", "percent"),
)


def without_headings(text: str) -> str:
    """Prose alone."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^## .*\n", "", text)).strip() + "\n"


def spelled_out(text: str) -> str:
    """Every percentage in words."""
    for numeral in reversed([n for n in find_numerals(text) if n.kind == "percent"]):
        text = text[: numeral.start] + spell_numeral(numeral) + text[numeral.end :]
    return text


def other_words(text: str) -> str:
    """Synonyms for what moved, what was to be done, what was learned."""
    for old, new in SYNONYMS:
        text = re.sub(old, new, text)
    return text


def one_paragraph(text: str) -> str:
    """No headings and no paragraphs."""
    return " ".join(without_headings(text).split()) + "\n"


def clauses_turned(text: str) -> str:
    """Sentences of the form "After x, y" turned into "y, after x", and short ones joined."""
    text = re.sub(r"\b(As a result|In the end|Afterwards|When it was over) ", r"\1, ", text)
    return re.sub(r"\. The (\w)", r"; the \1", text, count=1)


PARAPHRASES: Mapping[str, Callable[[str], str]] = {
    one.__name__: one for one in (without_headings, spelled_out, other_words, one_paragraph, clauses_turned)
}
