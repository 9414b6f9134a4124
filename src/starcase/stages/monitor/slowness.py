"""The slowness guard: compares the challenger's answer times with the champion's on the same machine."""

from __future__ import annotations

from starcase.decide import Decision
from starcase.evidence import Figure
from starcase.evidence.records import GuardReading
from starcase.inference import RankGuard

NAME = "slowness"


class Slowness:
    """Watches whether the challenger's answers take longer than the champion's, above a tolerated latency.

    A machine that is busy for both does not trip it. Its figures come from the wall clock and differ from run to run.

    Args:
        allowed: microseconds below which all answers count as equally quick.
        alpha: chance of a false alarm over the whole watch, in (0, 1).

    >>> from starcase.contract.request import Answer
    >>> guard = Slowness(allowed=1_000.0, alpha=0.01)
    >>> old, new = (Decision("t", "u", 0, 1, 0, n, "m", 0.5, Answer("approve", 0.1)) for n in ("old", "new"))
    >>> for turn in range(100):
    ...     quick = guard.observe_champion(old, 300.0), guard.observe(new, 500.0)
    >>> for turn in range(20):
    ...     slow = guard.observe_champion(old, 300.0), guard.observe(new, 9_000.0)
    >>> quick, slow
    ((False, False), (True, True))
    """

    def __init__(self, *, allowed: float, alpha: float) -> None:
        self._allowed = allowed
        self._slower = RankGuard(alpha=alpha)
        self._answers, self._minded = 0, 0

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Observe one answer of the challenger's arm; True once the guard has tripped."""
        self._answers += 1
        self._minded += latency_us > self._allowed
        return self._rank_answer(latency_us, decision.propensity, canary=True)

    def observe_champion(self, decision: Decision, latency_us: float) -> bool:
        """Observe one answer of the champion's arm; True once the guard has tripped."""
        return self._rank_answer(latency_us, 1 - decision.propensity, canary=False)

    def _rank_answer(self, latency_us: float, share: float, *, canary: bool) -> bool:
        if not 0 < share < 1:
            return self._slower.tripped
        return self._slower.observe(max(latency_us, self._allowed), canary=canary, share=share)

    def build_reading(self, arm: str) -> GuardReading:
        """Build the reading: the share of the challenger's answers above the tolerated latency, and the evidence."""
        n = self._answers
        return GuardReading(
            guard=NAME,
            arm=arm,
            tripped=self._slower.tripped,
            observed=Figure(
                name="share of answers above the tolerated latency", value=self._minded / max(1, n), unit="share", n=n,
                evidence_class="replayed", clock=True,
            ),
            allowed=Figure(name="tolerated latency", value=self._allowed, unit="us"),
            evidence_against=Figure(name="e-value", value=self._slower.e_value, unit="ratio", n=n, clock=True),
            n=n,
            why="answers ranked among those of the champion",
        )  # fmt: skip
