"""Checks and stakes for values in [0, 1]."""

from __future__ import annotations

from starcase.errors import DataError

STAKES = (0.02, 0.08, 0.25, 0.6, 0.95)


def require_unit_interval(value: float) -> float:
    """Return the value if it is a number in [0, 1].

    Raises:
        DataError: it is not.
    """
    if not 0 <= value <= 1:
        raise DataError(
            "a value lies in [0, 1]", why=f"it is {value}", mend="rescale it by the bounds that are known of it"
        )
    return value
