"""The parsed form of a rendered story: sentences, tokens and bindings to the evidence."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from starcase.errors import StoryError
from starcase.report.binding import Token
from starcase.report.claim_rules import CLAIMING
from starcase.report.numerals import find_numerals

CODE = "\ue000"
FILL = "\ue001"
_QUOTED = re.compile(r"“([^”]*)”")
_COLOPHON = re.compile(r"<!-- starcase story (\{.*?\}) -->")


@dataclass(frozen=True, slots=True)
class PageSentence:
    """One parsed sentence.

    Args:
        text: its words.
        tokens: numbers, names, quotations and claiming words, in order of their place.
        bindings: the bindings written with it, in order.
    """

    text: str
    tokens: tuple[Token, ...]
    bindings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A rendered story.

    Args:
        title: the heading of the page.
        told: its sentences.
        view: which view it was written as.
        head: hash of the last record it was written from.
        teller: whose story it is.
        drawn: its charts as they stand in the file.
    """

    title: str
    told: tuple[PageSentence, ...]
    view: str
    head: str
    teller: str
    drawn: tuple[str, ...] = ()


def read_colophon(text: str) -> dict[str, str]:
    """Return the colophon of the page; raises StoryError if it has none."""
    found = _COLOPHON.search(text)
    if found is None:
        raise StoryError("this is not a story written by Starcase", mend="write one with `starcase story`")
    facts: dict[str, str] = json.loads(found[1])
    return facts


def parse_sentence(text: str, codes: list[str], bindings: tuple[str, ...]) -> PageSentence:
    """Parse a sentence into tokens.

    Args:
        text: its words, with ``CODE`` where a name is set in code.
        codes: those names, in order.
        bindings: its bindings.

    >>> [t.text for t in parse_sentence("It was 5 % “or 7”.", [], ()).tokens]
    ['5 %', 'or 7']
    """
    placed = [(m.start(), Token("quote", m[1])) for m in _QUOTED.finditer(text)]
    masked = _QUOTED.sub(lambda m: FILL * len(m[0]), text)
    placed += [(m.start(), Token("name", name)) for m, name in zip(re.finditer(CODE, masked), codes, strict=False)]
    masked = masked.replace(CODE, FILL)
    placed += [(numeral.start, Token("number", numeral.text.strip())) for numeral in find_numerals(masked)]
    placed += [(m.start(), Token("verb", m[0])) for m in CLAIMING.finditer(masked)]
    names = iter(codes)
    words = " ".join(re.sub(CODE, lambda _: next(names, ""), text).split())
    return PageSentence(words, tuple(token for _, token in sorted(placed, key=lambda both: both[0])), bindings)
