"""Counts: successes of trials, or events in an exposure."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from starcase.errors import DataError
from starcase.inference.moments import Moments


@dataclass(frozen=True, slots=True)
class Count:
    """Successes of trials, or events in an exposure; counts of two shards are added with ``+``.

    Args:
        events: how many there were; whole and not negative.
        of: number of trials, or hours, requests or another measure of exposure; positive.

    Raises:
        DataError: the events are no count, or the exposure is not positive.

    >>> Count(3, 100) + Count(4, 50)
    Count(events=7, of=150)
    """

    events: float
    of: float

    def __post_init__(self) -> None:
        if not (isfinite(self.events) and self.events >= 0 and self.events == round(self.events)):
            raise DataError("events are a whole number, 0 or more", where=f"{self.events} events")
        if not (isfinite(self.of) and self.of > 0):
            raise DataError("a rate needs an exposure above 0", where=f"{self.events} events of {self.of}")

    def __add__(self, other: Count) -> Count:
        """Return the sum of both counts."""
        return Count(self.events + other.events, self.of + other.of)

    @property
    def rate(self) -> float:
        """Events for one trial or one unit of exposure."""
        return self.events / self.of

    @classmethod
    def from_arm(cls, arm: Moments, column: str) -> Count:
        """Return the number of units of an arm with a 1 in a column of zeros and ones.

        Raises:
            DataError: the column holds other values.
            NotIdentifiable: the arm has no unit.
        """
        arm.need(1)
        share = arm.mean(column)
        place = arm.index(column)
        if abs(float(arm.products[place, place]) - arm.n * share * (1 - share)) > 1e-6 * arm.n * max(share, 1 / arm.n):
            raise DataError("a proportion is a column of zeros and ones", where=f"column {column}")
        return cls(round(share * arm.n), arm.n)
