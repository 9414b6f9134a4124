"""Protocols of guards, which watch a serving challenger without waiting for outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from starcase.decide import Decision
from starcase.evidence.records import GuardReading


class Guard(Protocol):
    """Watches the challenger's decisions and keeps its counts."""

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Observe one decision of the challenger's arm; True once the guard has tripped."""
        ...

    def build_reading(self, arm: str) -> GuardReading:
        """Build the reading so far; ``arm`` is the challenger's name."""
        ...


@runtime_checkable
class PairedGuard(Protocol):
    """A guard that compares the challenger with the champion while both serve."""

    def observe_champion(self, decision: Decision, latency_us: float) -> bool:
        """Observe one decision of the champion's arm; True once the guard has tripped."""
        ...


def feed_guards(
    guards: Sequence[Guard], decisions: Iterable[tuple[Decision, float]], *, challenger: str
) -> Sequence[Guard]:
    """Pass decisions of both arms to the guards in order, each with its latency in microseconds; return the guards."""
    paired = [guard for guard in guards if isinstance(guard, PairedGuard)]
    for decision, latency_us in decisions:
        if decision.arm == challenger:
            for guard in guards:
                guard.observe(decision, latency_us)
        else:
            for beside in paired:
                beside.observe_champion(decision, latency_us)
    return guards
