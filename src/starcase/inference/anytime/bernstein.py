"""A closed-form confidence sequence for the mean of bounded values, with a state of six numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, log1p, sqrt

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError

LARGEST_STAKE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bernstein:
    """An empirical-Bernstein confidence sequence for the mean of values in [0, 1].

    It is wider than ``BoundedMean`` for few values, costs next to nothing, and its stakes are tuned to one level. The
    order of the values counts; a stream may be taken up again, shards may not be added.

    Args:
        alpha: chance that the truth is ever outside, in (0, 1).
        n: values seen.
        total: their sum.
        squares: sum of their squared distances from what was expected, with a prior of one value of variance 1/4.
        stakes: sum of the stakes.
        gains: sum of the stakes times the values.
        risk: sum of the squared surprises, weighed.
        low: largest lower end so far.
        high: smallest upper end so far.

    Raises:
        ValueError: alpha outside (0, 1).

    Source: Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting, JRSS-B 86,
    theorem 2 (predictable plug-in empirical Bernstein).

    >>> seen = Bernstein(alpha=0.05).with_values(np.random.default_rng(1).beta(10, 30, 500))
    >>> round(seen.low, 3), round(seen.high, 3)
    (0.229, 0.262)
    """

    alpha: float
    n: int = 0
    total: float = 0.0
    squares: float = 0.25
    stakes: float = 0.0
    gains: float = 0.0
    risk: float = 0.0
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha lies in (0, 1), not {self.alpha}")

    def with_values(self, values: npt.ArrayLike) -> Bernstein:
        """Return the state after further values, in order; batching does not matter.

        Raises:
            DataError: a value is not a number in [0, 1].
        """
        x = np.asarray(values, dtype=np.float64).ravel()
        if not np.all((x >= 0) & (x <= 1)):
            raise DataError("values lie in [0, 1]", mend="rescale them by the bounds that are known of them")
        seen = self
        for value in x.tolist():
            seen = seen._add_value(value)
        return seen

    def _add_value(self, value: float) -> Bernstein:
        n, spent = self.n + 1, log(2 / self.alpha)
        before = (0.5 + self.total) / n
        stake = min(LARGEST_STAKE, sqrt(2 * spent / (self.squares * log1p(n))))
        mean = (0.5 + self.total + value) / (n + 1)
        stakes, gains = self.stakes + stake, self.gains + stake * value
        risk = self.risk + (value - before) ** 2 * (-log1p(-stake) - stake)
        half = (spent + risk) / stakes if stakes else inf
        return Bernstein(
            alpha=self.alpha,
            n=n,
            total=self.total + value,
            squares=self.squares + (value - mean) ** 2,
            stakes=stakes,
            gains=gains,
            risk=risk,
            low=max(self.low, gains / stakes - half),
            high=min(self.high, gains / stakes + half),
        )
