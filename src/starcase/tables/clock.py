"""Clocks: integer microseconds since the epoch, UTC; code that needs the time receives a clock as argument."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

MILLISECOND = 1_000
SECOND = 1_000 * MILLISECOND
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """A source of the current time."""

    def now(self) -> int:
        """Microseconds since the epoch, UTC."""
        ...


class SystemClock:
    """The wall clock of this machine."""

    def now(self) -> int:
        """Microseconds since the epoch, UTC."""
        return time.time_ns() // 1000


@dataclass(slots=True)
class SimulatedClock:
    """A clock that changes only when it is moved, for replays and tests.

    >>> clock = SimulatedClock(5)
    >>> clock.move_to(7); clock.now()
    7
    """

    at: int = 0

    def now(self) -> int:
        """Microseconds since the epoch, UTC."""
        return self.at

    def move_to(self, at: int) -> None:
        """Move forward to ``at``; raises ValueError if ``at`` is in the past."""
        if at < self.at:
            raise ValueError(f"the clock is at {self.at} and cannot go back to {at}")
        self.at = at
