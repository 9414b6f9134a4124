"""What watches a serving challenger without waiting for outcomes."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from starcase.decide import Decision
from starcase.evidence.records import GuardReading


class Guard(Protocol):
    """Watches the challenger's decisions, and remembers what it has seen."""

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Take note of one decision of the challenger's arm; True once the guard has tripped."""
        ...

    def reading(self, arm: str) -> GuardReading:
        """What it has seen so far; ``arm`` is the challenger's name."""
        ...


@runtime_checkable
class PairedGuard(Protocol):
    """A guard that holds the challenger against the champion while both serve."""

    def beside(self, decision: Decision, latency_us: float) -> bool:
        """Take note of one decision of the champion's arm; True once the guard has tripped."""
        ...
