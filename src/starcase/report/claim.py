"""The type of a claim: one sentence of the story with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from starcase.report.pieces import Break, Kind, Number, Piece, Sentence

Section = Literal["situation", "task", "action", "result", "reflection"]
SECTIONS: tuple[Section, ...] = ("situation", "task", "action", "result", "reflection")
Form = Literal["sentence", "item", "row", "block"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of the story.

    Args:
        section: the part of the story it belongs to.
        topic: the stage it tells of; neighbours of one topic stand together.
        kind: what is claimed.
        sentence: words, and what is taken from records; cells of a row are separated by ``Break``.
        weight: 4 is kept even in the spoken answer, 3 is in every view, 2 in the full story, 1 in its tables.
        form: a sentence of a paragraph, an item of a list, a row of a table, or a quotation in a block of its own.
        actor: the person who acted; empty without one.
        head: the titles of the columns, for a row.
        brief: the same in fewer words, for where time is short; the sentence without its intervals where empty.
        own: the same where its actor tells it: their words without "I wrote"; as for everybody where empty.
        aloud: said where there are no tables; elsewhere a table says it.
        entry: id of the record that speaks; filled in by the narrative.
    """

    section: Section
    topic: str
    kind: Kind
    sentence: Sentence
    weight: int = 2
    form: Form = "sentence"
    actor: str = ""
    head: tuple[str, ...] = ()
    brief: Sentence = ()
    own: Sentence = ()
    aloud: bool = False
    entry: str = ""

    @property
    def taken(self) -> tuple[Piece, ...]:
        """The pieces that come from records, in order."""
        return tuple(piece for piece in self.sentence if not isinstance(piece, str | Break))

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers, in order."""
        return tuple(piece for piece in self.sentence if isinstance(piece, Number))

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of its records in order of use."""
        found: list[str] = []
        for piece in self.taken:
            if isinstance(piece, Number):
                found += piece.source.records
            elif not isinstance(piece, str | Break):
                found.append(piece.source.partition("#")[0])
        return tuple(dict.fromkeys(found))

    def split_cells(self) -> Iterator[Sentence]:
        """The sentence cut at its breaks."""
        cell: list[Piece] = []
        for piece in self.sentence:
            if isinstance(piece, Break):
                yield tuple(cell)
                cell = []
            else:
                cell.append(piece)
        yield tuple(cell)
