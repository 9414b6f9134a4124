"""Sentences of an answer with their positions, without headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starcase.report.claim import Section
from starcase.report.numerals import Numeral, find_numerals

_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s.*|\**(?:situation|task|action|result|reflection|growth|recovery)s?\**\s*:?\**\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(
    r"^\s*\**(?:situation|task|action|result|reflection|growth|recovery)\**\s*:\**\s*", re.IGNORECASE | re.MULTILINE
)
_END = re.compile(r"(?<=[.!?])[”\"’)]*\s+(?=[A-Z“\"(\d])|\n{2,}")
_ALL_QUOTED = re.compile(r"“[^“”]*”")
_QUOTE = re.compile(r"“[^”]*”|\"[^\"\n]*\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of an answer.

    Args:
        start: where it begins, in characters of the answer.
        end: where it ends.
        text: its words.
        section: the part of the story it belongs to.
    """

    start: int
    end: int
    text: str
    section: Section = "situation"

    @property
    def own(self) -> str:
        """Its words without quotations; a sentence that is only a quotation counts as the speaker's own."""
        if _ALL_QUOTED.fullmatch(self.text):
            return f" {self.text[1:-1]} "
        return _QUOTE.sub(lambda m: " " * len(m[0]), self.text)

    @property
    def numerals(self) -> list[Numeral]:
        """The numbers in it."""
        return find_numerals(self.text)


def split_sentences(text: str) -> list[Sentence]:
    r"""The sentences of an answer; headings are no sentences, so that prose with and without them reads the same.

    >>> [s.text for s in split_sentences("# Situation\n\nIt was late. We slept.")]
    ['It was late.', 'We slept.']
    """
    bare = _mask_matches(_LABEL, _mask_matches(_HEADING, text))
    found, start = [], 0
    for end in [*(m.end() for m in _END.finditer(bare)), len(bare)]:
        piece = bare[start:end]
        words = piece.strip()
        if words:
            begin = start + len(piece) - len(piece.lstrip())
            found.append(Sentence(start=begin, end=begin + len(words), text=words))
        start = end
    return found


def _mask_matches(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
