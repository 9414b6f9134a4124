"""The parts of a sentence: plain words, and pieces taken from records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from starcase.evidence import Figure
from starcase.report.expression import Expression, value
from starcase.report.number_format import BARE, Shape, build_level_shape, build_shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A shown number with its source.

    Args:
        text: as shown in the story.
        shown: the number itself.
        source: how to compute it anew from the records.
        shape: how it is rounded and written.
        about: what it measures, for readers who ask: metric, arm, evidence class.
    """

    text: str
    shown: float
    source: Expression
    shape: Shape
    about: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier from a record: a candidate, a metric, a gate. ``code`` sets it in type of its own."""

    text: str
    source: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a person or a record, quoted verbatim; they are not evidence."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person who acted; in the first person if that person is the teller."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class ClaimVerb:
    """A claiming word with the test that licenses it."""

    word: str
    source: str


@dataclass(frozen=True, slots=True)
class Break:
    """The border between two cells of a row."""


Piece = str | Number | Name | Quote | Person | ClaimVerb | Break
Sentence = tuple[Piece, ...]
Kind = Literal["value", "change", "comparison", "count", "event", "quote"]


def fill(template: str, *pieces: Piece | Sentence) -> Sentence:
    """A sentence from a template whose ``{}`` are filled in order.

    >>> fill("It was {}.", Name("late", "note-1#text"))
    ('It was ', Name(text='late', source='note-1#text', code=False), '.')
    """
    words = template.split("{}")
    if len(words) != len(pieces) + 1:
        raise ValueError(f"{template!r} has {len(words) - 1} places for {len(pieces)} pieces")
    return tuple(_interleave(words, pieces))


def join_list(parts: list[Sentence], *, last: str = "and") -> Sentence:
    """Sentences joined as a list: ``a, b and c``."""
    joined: list[Piece] = []
    for place, part in enumerate(parts):
        if place:
            joined.append(f" {last} " if place == len(parts) - 1 else ", ")
        joined.extend(part)
    return tuple(joined)


def format_number(source: Expression, shown: float, shape: Shape, about: str = "") -> Number:
    """A number written in a shape."""
    return Number(text=shape.text(shown), shown=shown, source=source, shape=shape, about=about)


def format_count(source: Expression, shown: float, about: str = "") -> Number:
    """A count."""
    return format_number(source, shown, Shape(style="count"), about)


def format_moment(reference: str, at: int) -> Number:
    """A moment, to the minute."""
    return format_number(value(reference), at, Shape(style="moment"), "time")


def format_figure(
    shown: Figure, reference: str, *, signed: bool = False, difference: bool = False, over: str = ""
) -> Sentence:
    """A figure with its interval, all of it bound to the record at ``reference``.

    Args:
        shown: the figure.
        reference: where it is recorded.
        signed: write a plus before what is above zero.
        difference: a difference of shares is shown in percentage points.
        over: what the interval accounts for, such as ``"over all pairs"``.
    """
    shape = build_shape(shown, signed=signed, difference=difference)
    about = f"{shown.name}, {shown.evidence_class}"
    estimate = format_number(value(f"{reference}.value"), shown.value, shape, about)
    if shown.low is None or shown.high is None or shown.level is None:
        return (estimate,)
    level = format_number(
        value(f"{reference}.level"), shown.level, build_level_shape(shown.level), f"coverage, {shown.name}"
    )
    low = format_number(value(f"{reference}.low"), shown.low, shape, f"lower end, {about}")
    high = format_number(value(f"{reference}.high"), shown.high, shape, f"upper end, {about}")
    words = "{} ({} interval " + (f"{over} " if over else "") + "{} to {})"
    return fill(words, estimate, level, low, high)


def format_cell(shown: Figure, reference: str, *, signed: bool = False, difference: bool = False) -> Sentence:
    """A figure for a table: ``89.0 % [62.0, 97.2]``; the meaning of the brackets is explained once with the table."""
    estimate, *rest = format_figure(shown, reference, signed=signed, difference=difference)
    ends = [
        piece for piece in rest if isinstance(piece, Number) and piece.source.arguments[0].endswith((".low", ".high"))
    ]
    if not ends or not isinstance(estimate, Number):
        return (estimate, *rest)
    bare = [format_number(end.source, end.shown, replace(end.shape, unit=BARE), end.about) for end in ends]
    return fill("{}\N{NO-BREAK SPACE}[{},\N{NO-BREAK SPACE}{}]", estimate, *bare)


def render_plain(sentence: Sentence) -> str:
    """The words of a sentence, for counting."""
    return "".join(map(_extract_text, sentence))


def _extract_text(piece: Piece) -> str:
    match piece:
        case Number() | Name() | Quote():
            return piece.text
        case ClaimVerb():
            return piece.word
        case Person():
            return piece.name
        case Break():
            return " "
        case _:
            return piece


def _interleave(words: list[str], pieces: tuple[Piece | Sentence, ...]) -> Iterator[Piece]:
    for place, word in enumerate(words):
        if word:
            yield word
        if place < len(pieces):
            piece = pieces[place]
            if isinstance(piece, tuple):
                yield from piece
            else:
                yield piece
