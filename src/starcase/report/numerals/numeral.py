"""The type of one number in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["percent", "points", "fold", "ratio", "money", "time", "quantity", "plain", "ordinal", "date", "name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number with its position in the text.

    Args:
        start: where it begins, in characters.
        end: where it ends, unit included.
        text: the characters themselves.
        kind: what it is; ``name`` is a number inside an identifier such as ``p99`` or ``Q3``.
        value: the number read; a percentage as it is written (``42`` for 42 %).
        others: further readings where the writing is ambiguous: ``1.240`` is 1.24 or 1240.
        unit: of money, time and quantity: ``"EUR"``, ``"ms"``, ``"MB"``.
        step: half a unit of the last digit shown; the value is known no better.
    """

    start: int
    end: int
    text: str
    kind: Kind
    value: float
    others: tuple[float, ...] = ()
    unit: str = ""
    step: float = 0.5

    @property
    def ambiguous(self) -> bool:
        """Whether it has more than one reading."""
        return bool(self.others)

    def can_show(self, value: float) -> bool:
        """Whether ``value``, rounded as the text is, could have been written like this."""
        slack = self.step * (1 + 1e-9) + abs(value) * 1e-12
        return any(abs(value - reading) <= slack for reading in (self.value, *self.others))
