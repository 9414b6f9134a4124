"""The scaling exponent of a cost with the size of the data, and its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Exponent:
    """The slope of a line through the logarithms, with its interval.

    Args:
        value: 1 where twice the size takes twice as much, 2 where it takes four times as much.
        low: lower end.
        high: upper end.
        n: sizes it was measured at.
    """

    value: float
    low: float
    high: float
    n: int


def fit_exponent(sizes: Sequence[float], values: Sequence[float], *, level: float) -> Exponent | None:
    """Fit the exponent by least squares on logarithms; None below three sizes with a measurement.

    The interval is Student's, from how far the points lie off the line, so a curve widens it; and it is widened to hold
    the slope of the larger half of the sizes as well, because what bends upwards goes on doing so.

    Args:
        sizes: of the data, any unit.
        values: what was taken at each; what is not above zero is passed over.
        level: coverage of the interval.

    >>> found = fit_exponent([1, 2, 4, 8], [3, 12, 48, 192], level=0.95)
    >>> round(found.value, 6), found.n
    (2.0, 4)
    """
    from scipy.stats import t  # noqa: PLC0415 - slow to import, and not every contest asks

    seen = sorted((size, value) for size, value in zip(sizes, values, strict=True) if value > 0)
    if len(seen) < FEWEST:
        return None
    x, y = np.log(np.array(seen)).T
    centred = x - x.mean()
    slope = float(centred @ y / (centred @ centred))
    off = y - y.mean() - slope * centred
    error = float(np.sqrt(off @ off / (len(seen) - 2) / (centred @ centred)))
    half = float(t.ppf((1 + level) / 2, len(seen) - 2)) * error
    late = slice(-max(2, (len(seen) + 1) // 2), None)
    tail = float(np.polyfit(x[late], y[late], 1)[0])
    return Exponent(slope, min(slope - half, tail), max(slope + half, tail), len(seen))
