"""The latency guard: limits the 99th percentile of a challenger's answer times."""

from __future__ import annotations

from dataclasses import replace

from starcase.decide import Decision
from starcase.evidence import Figure
from starcase.evidence.records import GuardReading
from starcase.inference import RateGuard
from starcase.stages.monitor.rate_reading import build_rate_reading

NAME = "latency"
BEYOND = 0.01


class Latency:
    """Watches that at most one answer in a hundred takes longer than allowed: the 99th percentile, at every answer.

    Its figures come from the wall clock and differ from run to run.

    Args:
        allowed: microseconds.
        alpha: chance of a false alarm over the whole watch, in (0, 1).

    >>> from starcase.contract.request import Answer
    >>> guard = Latency(allowed=500.0, alpha=0.01)
    >>> answered = Decision("t", "u", 0, 1, 0, "new", "m", 1.0, Answer("approve", 0.1))
    >>> [guard.observe(answered, 900.0) for _ in range(6)][-1]
    True
    """

    def __init__(self, *, allowed: float, alpha: float) -> None:
        self._allowed = allowed
        self._beyond = RateGuard(BEYOND, alpha)

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Observe one answer; True once the guard has tripped."""
        del decision
        return self._beyond.observe(event=latency_us > self._allowed)

    def build_reading(self, arm: str) -> GuardReading:
        """Build the reading: the share of answers beyond the limit, the limit, evidence so far."""
        found = build_rate_reading(NAME, arm, self._beyond, why="answers that took longer than allowed", clock=True)
        limit = Figure(name="allowed 99th percentile of latency", value=self._allowed, unit="us")
        return replace(found, observed=replace(found.observed, name="share of answers beyond it"), allowed=limit)
