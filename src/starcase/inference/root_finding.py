"""Roots of functions of one variable; SciPy's solver is slow to import, so it is loaded at the first call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def find_root(function: Callable[[float], float], low: float, high: float, **choices: Any) -> float:
    """Return the root of a function that changes its sign between ``low`` and ``high``.

    Source: Brent (1973), Algorithms for Minimization without Derivatives, chapter 4, as scipy has it.

    Args:
        function: continuous, of opposite signs at the two ends.
        low: one end.
        high: the other.
        choices: of ``scipy.optimize.brentq``, such as ``xtol``.

    Raises:
        ValueError: the signs at the ends are the same.

    >>> round(find_root(lambda x: x * x - 2.0, 0.0, 2.0), 6)
    1.414214
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - half a second to import, and most commands look for no root

    return float(brentq(function, low, high, **choices))
