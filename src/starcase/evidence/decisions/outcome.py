"""Outcomes of decisions: delayed, repeated or corrected."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.evidence.decisions.served_decision import ServedDecision


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome of a decision and the time it became known.

    ``weight`` is 1 over the probability with which this outcome could be seen at all (a blocked payment has an outcome
    only in the pass-through share). ``at`` is in microseconds UTC.
    """

    decision: str
    name: str
    value: float
    at: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCounts:
    """The counts of received outcomes by what happened to them; independent of their order.

    Args:
        received: all statements that came in: accepted + orphan + repeated + contradicting.
        accepted: decisions' outcomes, the first statement of each (decision, name).
        orphan: the same for decisions that are not in the log; they are kept and become accepted when it comes.
        repeated: statements that say what another one said.
        contradicting: statements that say something else; kept as a newer version, nothing is overwritten.
        late: accepted ones whose first statement came later than the log's ``late_after``.
    """

    received: int
    accepted: int
    orphan: int
    repeated: int
    contradicting: int
    late: int

    def since(self, before: OutcomeCounts) -> OutcomeCounts:
        """Return the counts added since ``before``."""
        return OutcomeCounts(
            received=self.received - before.received,
            accepted=self.accepted - before.accepted,
            orphan=self.orphan - before.orphan,
            repeated=self.repeated - before.repeated,
            contradicting=self.contradicting - before.contradicting,
            late=self.late - before.late,
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first statement of an outcome, in the order in which both it and its decision were logged.

    Args:
        seq: its place in that order.
        outcome: what was said.
        served: the decision it is of.
    """

    seq: int
    outcome: Outcome
    served: ServedDecision
