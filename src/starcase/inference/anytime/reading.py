"""The reading of one look at a running comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from starcase.inference.anytime.sequential_interval import SequentialInterval
from starcase.inference.effect import EvidenceClass

Verdict = Literal["better", "not worse", "worse", "out of reach", "hold"]
Better = Literal["higher", "lower"]
DECIDED: frozenset[Verdict] = frozenset({"better", "worse", "out of reach"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The result of a comparison at one look, simultaneously valid over all looks.

    The intervals of all looks together hold the truth with probability ``level``, so the narrowest so far may be acted
    upon at once.

    Args:
        estimate: treatment less control, in the unit of the metric.
        low: lower end of the interval.
        high: upper end of the interval.
        level: coverage over all looks together, ``0.95``.
        p_value: against no difference, over all looks so far.
        n: units in both arms together.
        fraction: information gathered over the information planned for; 1 at the planned size.
        median: median-unbiased estimate, were one to stop now; early stops overstate ``estimate``.
        given_stop: estimate for one who hears of experiments only when they stop.
        margin: the loss that is tolerated, at least 0, in the unit of the metric.
        better: which direction of the metric is good.
        verdict: "better"; "not worse" than the margin tolerates; "worse" than it tolerates; "out of reach", when the
            effect that was planned for is not there; "hold" while nothing of this is shown.
        method: name of the procedure.
        assumptions: what must hold.
        evidence: how the data came about; only ``"experiment"`` may say "caused".
    """

    estimate: float
    low: float
    high: float
    level: float
    p_value: float
    n: int
    fraction: float
    median: float
    given_stop: float
    margin: float
    better: Better
    verdict: Verdict
    method: str
    assumptions: tuple[str, ...] = ()
    evidence: EvidenceClass = "offline"

    def with_evidence_class(self, evidence: EvidenceClass) -> Reading:
        """Return the reading with the given class of evidence."""
        return replace(self, evidence=evidence)

    def after(self, earlier: Reading | None) -> Reading:
        """Return the reading combined with earlier looks: intervals only narrow, decisions stay.

        Where a look contradicts what earlier ones have decided, the decision's interval stays too.
        """
        if earlier is None:
            return self
        left = self.standing.after(earlier.standing)
        now = replace(self, low=left.low, high=left.high, p_value=left.p_value)
        if earlier.verdict in DECIDED:
            if not earlier.low <= left.low <= left.high <= earlier.high:
                now = replace(now, low=earlier.low, high=earlier.high, p_value=min(now.p_value, earlier.p_value))
            return replace(now, verdict=earlier.verdict, median=earlier.median, given_stop=earlier.given_stop)
        shown = decide_verdict(left.low, left.high, margin=self.margin, better=self.better)
        return now if shown == "hold" else replace(now, verdict=shown)

    @property
    def standing(self) -> SequentialInterval:
        """The interval and p-value over all looks so far."""
        return SequentialInterval(low=self.low, high=self.high, p_value=self.p_value, fraction=self.fraction)

    @property
    def decided(self) -> bool:
        """Whether the comparison is over."""
        return self.verdict in DECIDED

    @property
    def sentence(self) -> str:
        """The reading in one sentence.

        >>> Reading(estimate=.2, low=.1, high=.3, level=.95, p_value=.01, n=80, fraction=.5, median=.19,
        ...         given_stop=.15, margin=0.0, better="higher", verdict="better", method="m").sentence
        'Better: 0.2, 95 % interval over all looks [0.1, 0.3], 80 units, 50 % of the planned information.'
        """
        said = {"hold": "Not decided", "out of reach": "The effect planned for is out of reach"}.get(
            self.verdict, self.verdict.capitalize()
        )
        return (
            f"{said}: {self.estimate:.4g}, {self.level * 100:.4g} % interval over all looks "
            f"[{self.low:.4g}, {self.high:.4g}], {self.n} units, {self.fraction * 100:.3g} % of the planned "
            "information."
        )


def decide_verdict(low: float, high: float, *, margin: float, better: Better) -> Verdict:
    """Return the verdict for an interval of treatment minus control, given the tolerated loss.

    >>> decide_verdict(-0.5, 0.4, margin=1.0, better="higher"), decide_verdict(-0.5, -0.4, margin=0.0, better="lower")
    ('not worse', 'better')
    """
    worst, best = (low, high) if better == "higher" else (-high, -low)
    if worst > best:
        return "hold"
    if worst > 0:
        return "better"
    if worst > -margin:
        return "not worse"
    return "worse" if best < -margin else "hold"
