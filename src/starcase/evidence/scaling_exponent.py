"""Whether a power with which a cost grows says anything."""

from __future__ import annotations

from starcase.evidence.figure import Figure

WIDEST = 2.0


def is_precise_exponent(power: Figure) -> bool:
    """Whether the interval of a power reaches no further than ``WIDEST`` either way; one without ends is believed.

    >>> is_precise_exponent(Figure(name="fit time", value=1.0, unit="1", low=-11.7, high=13.7, level=0.95))
    False
    >>> is_precise_exponent(Figure(name="fit time", value=1.0, unit="1", low=0.4, high=1.6, level=0.95))
    True
    """
    if power.low is None or power.high is None:
        return True
    return max(power.high - power.value, power.value - power.low) <= WIDEST
