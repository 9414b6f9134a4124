"""The elements of a chart: lines, dots, bands and labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log10
from typing import Literal

from starcase.report.pieces import Name, Number, Piece, Sentence

WIDTH = 640.0
LETTER = 6.9  # how wide a letter of a label is, on average
SMALLEST = 1e-12
Style = Literal["rule", "zero", "margin", "span", "span better", "span worse", "leader", "line", "band", "area"]
Dot = Literal["dot", "dot better", "dot worse", "dot open", "stop", "stop bad"]
Anchor = Literal["start", "middle", "end"]
Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPath:
    """A line through some points, or the area within them."""

    points: tuple[tuple[float, float], ...]
    style: Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A dot."""

    x: float
    y: float
    style: Dot


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label next to a mark; record pieces keep their binding.

    Args:
        words: of the label.
        x: where it begins, ends or has its middle.
        y: of its base line.
        anchor: which of the three.
        soft: whether it is drawn in a soft colour.
    """

    words: Sentence
    x: float
    y: float
    anchor: Anchor = "start"
    soft: bool = False


Shape = ChartPath | Mark | Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture ready to be drawn.

    Args:
        about: what is to be seen, for those who cannot see it.
        caption: the sentence under it.
        height: of the plane, whose width is ``WIDTH``.
        shapes: what is drawn, the first behind the last.
    """

    about: str
    caption: Sentence
    height: float
    shapes: tuple[Shape, ...]


def build_linear_scale(low: float, high: float, start: float, end: float) -> Scale:
    """Return a linear scale from values to positions; a single value lies in the middle."""
    if not high > low:
        return lambda _: (start + end) / 2
    return lambda value: start + (end - start) * (min(max(value, low), high) - low) / (high - low)


def build_log_scale(low: float, high: float, start: float, end: float) -> Scale:
    """Return a logarithmic scale for values above zero."""
    inner = build_linear_scale(log10(max(low, SMALLEST)), log10(max(high, SMALLEST)), start, end)
    return lambda value: inner(log10(max(value, SMALLEST)))


def estimate_width(words: Sentence) -> float:
    """Return the approximate width of a label."""
    return LETTER * sum(len(_extract_text(piece)) for piece in words)


def _extract_text(piece: Piece) -> str:
    match piece:
        case Number() | Name():
            return piece.text
        case str():
            return piece
    return ""
