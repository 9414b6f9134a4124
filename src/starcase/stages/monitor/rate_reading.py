"""The reading of a guard that watches a rate."""

from __future__ import annotations

from starcase.evidence import Figure
from starcase.evidence.records import GuardReading
from starcase.inference import RateGuard


def build_rate_reading(
    name: str, arm: str, rate: RateGuard, *, why: str, tripped: bool | None = None, clock: bool = False
) -> GuardReading:
    """Build the reading of a rate: observed, allowed, evidence so far.

    Args:
        name: the guard's name.
        arm: the challenger's name.
        rate: what was counted.
        why: what the events are, in words without numbers.
        tripped: whether the guard has tripped, where not only this rate decides.
        clock: True where the events come from the wall clock.
    """
    observed = Figure(
        name=name, value=rate.events / max(1, rate.trials), unit="share", n=rate.trials, evidence_class="replayed",
        clock=clock,
    )  # fmt: skip
    return GuardReading(
        guard=name,
        arm=arm,
        tripped=rate.tripped if tripped is None else tripped,
        observed=observed,
        allowed=Figure(name=f"allowed {name}", value=rate.allowed, unit="share"),
        evidence_against=Figure(name="e-value", value=rate.e_value, unit="ratio", n=rate.trials, clock=clock),
        n=rate.trials,
        why=why,
    )
