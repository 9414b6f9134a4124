"""A confidence sequence for the mean of bounded values whose expectation may drift."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log1p

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaln

from starcase.errors import DataError
from starcase.inference.root_finding import find_root

BEST_AT = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingMean:
    """The running mean of conditional expectations, with an interval valid at every look.

    Where what is expected changes, by drift or because a policy learns, there is no one truth that all looks are about,
    and intervals of earlier looks may not be cut with this one; ``Bernstein`` does that, and is for one truth.

    Args:
        value: mean of the values.
        low: of the interval.
        high: of the interval.
        n: values.
    """

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def from_values(cls, values: npt.ArrayLike, *, alpha: float) -> MovingMean:
        """The mean of (n,) values in [0, 1], in the order in which they came.

        Args:
            values: in order.
            alpha: chance that the truth of any look lies outside, in (0, 1).

        Raises:
            DataError: a value is not a number in [0, 1], or there is none.

        Source: Howard, Ramdas, McAuliffe & Sekhon (2021), Time-uniform, nonparametric, nonasymptotic confidence
        sequences, Annals of Statistics 49, theorem 4 (empirical Bernstein) with the gamma-exponential mixture of
        proposition 9.

        >>> drifting = np.random.default_rng(1).random(4_000) < np.repeat([0.2, 0.6], 2_000)
        >>> found = MovingMean.from_values(drifting, alpha=0.05)
        >>> round(found.low, 3), round(found.high, 3)
        (0.372, 0.429)
        """
        x = np.asarray(values, dtype=np.float64).ravel()
        if not x.size or not np.all((x >= 0) & (x <= 1)):
            raise DataError("values lie in [0, 1]", mend="rescale them by the bounds that are known of them")
        before = (0.5 + np.append(0.0, np.cumsum(x)[:-1])) / np.arange(1, x.size + 1)
        half = _find_boundary(float(((x - before) ** 2).sum()), alpha / 2) / x.size
        mean = float(x.mean())
        return cls(value=mean, low=max(0.0, mean - half), high=min(1.0, mean + half), n=x.size)


def _find_boundary(v: float, alpha: float) -> float:
    """Return the bound that a sub-exponential martingale of scale 1 crosses by time ``v`` with at most ``alpha``."""
    spent = log(1 / alpha)
    rho = BEST_AT / (2 * spent + log1p(2 * spent))
    begins = rho * log(rho) - gammaln(rho) - log(gammainc(rho, rho))

    def above(s: float) -> float:
        wealth = begins + gammaln(v + rho) + log(gammainc(v + rho, s + v + rho)) - (v + rho) * log(s + v + rho) + s + v
        return float(wealth - spent)

    most = 1.0
    while above(most) < 0:
        most *= 2
    return find_root(above, 0.0, most)
