"""The error rate guard: limits the share of decisions at which the challenger fails."""

from __future__ import annotations

from starcase.decide import Decision
from starcase.evidence.records import GuardReading
from starcase.inference import RateGuard
from starcase.stages.monitor.rate_reading import build_rate_reading

NAME = "error rate"


class ErrorRate:
    """Watches the share of the challenger's decisions that it could not answer.

    The champion answers these requests in its place; each one still counts as a failure.

    Args:
        allowed: the share of decisions it may fail at, in (0, 1).
        alpha: chance of a false alarm over the whole watch, in (0, 1).

    >>> from starcase.contract.request import Answer
    >>> guard = ErrorRate(allowed=0.01, alpha=0.01)
    >>> failed = Decision("t", "u", 0, 1, 0, "new", "m", 1.0, Answer("approve", 0.1), error="ValueError: no x")
    >>> [guard.observe(failed, 10.0) for _ in range(6)][-1]
    True
    """

    def __init__(self, *, allowed: float, alpha: float) -> None:
        self._rate = RateGuard(allowed, alpha)

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Observe one decision; True once the guard has tripped."""
        del latency_us
        return self._rate.observe(event=bool(decision.error))

    def build_reading(self, arm: str) -> GuardReading:
        """Build the reading: observed rate, allowed rate, evidence so far."""
        return build_rate_reading(
            NAME, arm, self._rate, why="decisions the challenger failed at and the champion answered"
        )
