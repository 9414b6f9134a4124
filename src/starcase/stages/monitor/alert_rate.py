"""The alert rate guard: limits the share of decisions that intervene, without waiting for outcomes."""

from __future__ import annotations

from starcase.decide import Decision
from starcase.evidence.records import GuardReading
from starcase.inference import RateGuard
from starcase.stages.monitor.rate_reading import build_rate_reading

NAME = "alert rate"


class AlertRate:
    """Watches the share of decisions that intervene: blocked payments, offers, automatic replies.

    A rate does not rise because there is more traffic, so a holiday does not trip it.

    Args:
        interventions: the actions that touch a customer.
        allowed: the share of decisions that may do so, in (0, 1).
        alpha: chance of a false alarm over the whole watch, in (0, 1).

    >>> from starcase.contract.request import Answer
    >>> guard = AlertRate(frozenset({"block"}), allowed=0.01, alpha=0.01)
    >>> blocked = Decision("t", "u", 0, 1, 0, "new", "m", 1.0, Answer("block", 0.9))
    >>> [guard.observe(blocked, 10.0) for _ in range(6)][-1]
    True
    """

    def __init__(self, interventions: frozenset[str], *, allowed: float, alpha: float) -> None:
        self._interventions = interventions
        self._rate = RateGuard(allowed, alpha)

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Observe one decision; True once the guard has tripped."""
        del latency_us
        return self._rate.observe(event=decision.answer.action in self._interventions)

    def build_reading(self, arm: str) -> GuardReading:
        """Build the reading: observed rate, allowed rate, evidence so far."""
        return build_rate_reading(NAME, arm, self._rate, why="decisions that intervene")
