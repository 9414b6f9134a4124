"""The alert ratio guard: compares the challenger's interventions with the champion's over the same time."""

from __future__ import annotations

from starcase.decide import Decision
from starcase.evidence import Figure
from starcase.evidence.records import GuardReading
from starcase.inference import FirstOfUnit, LabelledEvents

NAME = "alert ratio"


class AlertRatio:
    """Watches the ratio of the challenger's interventions to the champion's, as long as both serve.

    An attack or a holiday that raises both alike does not trip it, and no absolute limit is needed. Only the first
    intervention on each unit counts, so that one customer is one event.

    Args:
        interventions: the actions that touch a customer.
        allowed: how many times the champion's rate is tolerated; above 0.
        alpha: chance of a false alarm over the whole watch, in (0, 1).

    >>> from starcase.contract.request import Answer
    >>> guard = AlertRatio(frozenset({"block"}), allowed=2.0, alpha=0.01)
    >>> blocks = (Decision(str(n), str(n), n, 1, 0, "new", "m", 0.1, Answer("block", 0.9)) for n in range(20))
    >>> [guard.observe(decision, 10.0) for decision in blocks][-1]
    True
    """

    def __init__(self, interventions: frozenset[str], *, allowed: float, alpha: float) -> None:
        self._interventions = interventions
        self._events = LabelledEvents(alpha=alpha, margin=allowed)
        self._first = FirstOfUnit()
        self._decisions = {True: 0, False: 0}

    def observe(self, decision: Decision, latency_us: float) -> bool:
        """Observe one decision of the challenger's arm; True once the guard has tripped."""
        del latency_us
        return self._count_decision(decision, decision.propensity, canary=True)

    def observe_champion(self, decision: Decision, latency_us: float) -> bool:
        """Observe one decision of the champion's arm; True once the guard has tripped."""
        del latency_us
        return self._count_decision(decision, 1 - decision.propensity, canary=False)

    def _count_decision(self, decision: Decision, share: float, *, canary: bool) -> bool:
        if not 0 < share < 1:
            return self._events.tripped
        self._decisions[canary] += 1
        if decision.answer.action in self._interventions and self._first(decision.unit):
            self._events.observe(canary=canary, share=share)
        return self._events.tripped

    def build_reading(self, arm: str) -> GuardReading:
        """Build the reading: the challenger's part of all interventions, the allowed ratio, evidence so far."""
        n, events = sum(self._decisions.values()), self._events.events
        part = self._events.on_canary / max(1, events)
        return GuardReading(
            guard=NAME,
            arm=arm,
            tripped=self._events.tripped,
            observed=Figure(
                name="challenger's part of the units touched", value=part, unit="share", n=events,
                evidence_class="replayed",
            ),
            allowed=Figure(name="allowed ratio to the champion's rate", value=self._events.margin, unit="times"),
            evidence_against=Figure(name="e-value", value=self._events.e_value, unit="ratio", n=events),
            n=n,
            why="units touched for the first time, by either arm while both served",
        )  # fmt: skip
