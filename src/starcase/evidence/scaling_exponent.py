"""A check of the precision of a scaling exponent."""

from __future__ import annotations

from starcase.evidence.figure import Figure

WIDEST = 2.0


def is_precise_exponent(power: Figure) -> bool:
    """Return whether the interval of an exponent is at most ``WIDEST`` wide on each side; True without an interval.

    >>> is_precise_exponent(Figure(name="fit time", value=1.0, unit="1", low=-11.7, high=13.7, level=0.95))
    False
    >>> is_precise_exponent(Figure(name="fit time", value=1.0, unit="1", low=0.4, high=1.6, level=0.95))
    True
    """
    if power.low is None or power.high is None:
        return True
    return max(power.high - power.value, power.value - power.low) <= WIDEST
