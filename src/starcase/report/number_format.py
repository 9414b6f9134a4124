"""Number formats: style, digits, unit. The rounding is part of the claim and is reproducible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor, isfinite, log10
from typing import Literal, Self, cast, get_args

from starcase.errors import StoryError
from starcase.evidence import Figure

Style = Literal["count", "share", "points", "plain", "science", "moment", "span"]

SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
SILENT_UNITS = frozenset({"count", "", "p", "probability", "ratio", "share", "1"})
BARE = "bare"
SPOKEN_UNITS = {"1/s": "per second", "us": "µs"}
SMALLEST, LARGEST, EXACT, MOST_CENTS = 1e-5, 1e9, 1e15, 1e5
_CURRENCY = re.compile("[A-Z]{3}")
_WRITTEN = re.compile(r"(\+?)([a-z]+)\.(\d)(?::(.*))?")
_TAME_UNIT = re.compile(r"[A-Za-zµ€$£]+(?:[ /][A-Za-zµ]+)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPANS = {"days": 86_400e6, "hours": 3_600e6, "minutes": 60e6, "seconds": 1e6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    r"""The format of one number.

    Args:
        style: ``share`` shows 0.25 as a percentage, ``points`` a difference of shares as percentage points, ``moment``
            and ``span`` show microseconds as a date and as days, hours, minutes or seconds.
        digits: decimals shown.
        unit: written after the number; empty where the words around it say what it is, ``BARE`` where the number before
            it has said it.
        signed: whether a plus is written.

    >>> Shape(style="share", digits=1).text(0.8361), Shape(style="points", digits=1, signed=True).text(0.021)
    ('83.6\xa0%', '+2.1\xa0points')
    >>> str(Shape(style="plain", digits=2, unit="EUR")), Shape.parse("+points.1").text(-0.5)
    ('plain.2:EUR', '−50.0\xa0points')
    """

    style: Style
    digits: int = 0
    unit: str = ""
    signed: bool = False

    def __str__(self) -> str:
        return f"{'+' * self.signed}{self.style}.{self.digits}{self.unit and ':' + self.unit}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a shape back from its text; raises StoryError where it is none."""
        found = _WRITTEN.fullmatch(text)
        if found is None or found[2] not in get_args(Style):
            raise StoryError(f"{text!r} is not a valid number format")
        style = cast("Style", found[2])
        return cls(style=style, digits=int(found[3]), unit=found[4] or "", signed=bool(found[1]))

    def text(self, value: float) -> str:
        """The number as it is written in a story."""
        if self.style == "moment":
            return _format_moment(value)
        if self.style in {"share", "points"}:
            after = "" if self.unit == BARE else f"{SPACE}%" if self.style == "share" else f"{SPACE}points"
            return f"{self._format_digits(value * 100)}{after}"
        if self.style == "span":
            value /= _SPANS.get(self.unit, 1.0)
        spoken = "" if self.unit == BARE else SPOKEN_UNITS.get(self.unit, self.unit)
        return f"{self._format_digits(value)}{SPACE}{spoken}" if spoken else self._format_digits(value)

    def _format_digits(self, value: float) -> str:
        mark = "e" if self.style == "science" else "f"
        text = f"{abs(value):,.{self.digits}{mark}}"
        if not any(digit in text for digit in "123456789"):
            return text
        return (MINUS if value < 0 else "+" if self.signed else "") + text


def build_shape(figure: Figure, *, signed: bool = False, difference: bool = False) -> Shape:
    """Return the shape of a figure: three significant digits, limited by its unit.

    >>> str(build_shape(Figure(name="cost", value=1234.5, unit="EUR")))
    'plain.2:EUR'
    """
    size = max(abs(x) for x in (figure.value, figure.low or 0.0, figure.high or 0.0))
    if figure.unit == "share":
        points = difference or figure.difference
        return Shape(style="points" if points else "share", digits=_count_decimals(size * 100, 1, 4), signed=signed)
    if figure.unit == "count" and figure.value == int(figure.value) and figure.low is None and size < EXACT:
        return Shape(style="count", signed=signed)
    unit = figure.unit if figure.unit not in SILENT_UNITS and is_plain_unit(figure.unit) else ""
    if size and not SMALLEST <= size < LARGEST:
        return Shape(style="science", digits=2, unit=unit, signed=signed)
    money = bool(_CURRENCY.fullmatch(figure.unit)) and size < MOST_CENTS
    return Shape(style="plain", digits=2 if money else _count_decimals(size, 0, 7), unit=unit, signed=signed)


def build_level_shape(level: float) -> Shape:
    r"""The shape of a coverage: never rounded up to certainty.

    >>> build_level_shape(0.95).text(0.95), build_level_shape(0.9984).text(0.9984)
    ('95\xa0%', '99.84\xa0%')
    """
    decimals = f"{round(level * 100, 4):.4f}".rstrip("0").partition(".")[2]
    return Shape(style="share", digits=len(decimals))


def build_share_shape(share: float) -> Shape:
    r"""Return the shape of a configured share with its decimals as written.

    >>> build_share_shape(1.0).text(1.0), build_share_shape(0.025).text(0.025)
    ('100\xa0%', '2.5\xa0%')
    """
    return Shape(style="share", digits=build_margin_shape(share, share=True).digits)


def build_margin_shape(margin: float, *, share: bool) -> Shape:
    r"""The shape of a margin: as many decimals as it was written with.

    >>> build_margin_shape(0.001, share=True).text(0.001), build_margin_shape(0.02, share=False).text(0.02)
    ('0.1\xa0points', '0.02')
    """
    scaled = round(margin * 100, 9) if share else margin
    digits = min(9, len(f"{scaled:.9f}".rstrip("0").partition(".")[2]))
    return Shape(style="points" if share else "plain", digits=digits)


def is_plain_unit(unit: str) -> bool:
    """Return whether a unit may follow a number unchanged: only letters, or a known unit."""
    return unit in SPOKEN_UNITS or bool(_TAME_UNIT.fullmatch(unit))


def build_span_shape(microseconds: float) -> Shape:
    r"""Return the shape of a duration in its most readable unit.

    >>> build_span_shape(9_000e6).text(9_000e6)
    '2.5\xa0hours'
    """
    unit = next((unit for unit, long in _SPANS.items() if abs(microseconds) >= long), "seconds")
    return Shape(style="span", digits=1, unit=unit)


def _count_decimals(size: float, least: int, most: int) -> int:
    if not size or not isfinite(size):
        return least
    return min(most, max(least, 2 - floor(log10(size))))


def _format_moment(value: float) -> str:
    try:
        return (_EPOCH + timedelta(microseconds=int(value))).strftime(f"%Y-%m-%d{SPACE}%H:%M{SPACE}UTC")
    except (OverflowError, ValueError):
        return f"{int(value):,}{SPACE}µs"
