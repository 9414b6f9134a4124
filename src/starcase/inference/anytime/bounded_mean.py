"""A confidence sequence for the mean of bounded values, by betting against every candidate mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from math import log

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from starcase.errors import DataError

FloatArray = npt.NDArray[np.float64]
STAKES = (0.001, 0.004, 0.015, 0.05, 0.15, 0.4, 0.9)
CHUNK = 256


@cache
def build_mean_grid() -> FloatArray:
    """Return the grid of candidate means, dense near 0 and 1."""
    even = np.linspace(0.0, 1.0, 402)[1:-1]
    near = 1 / (1 + np.exp(-np.linspace(-11, 11, 200)))
    grid = np.union1d(even, near)
    grid.setflags(write=False)
    return grid


def create_initial_wealth() -> FloatArray:
    """Return the log wealth before the first bet, by mean and stake."""
    return np.zeros((2 * len(STAKES), build_mean_grid().size))


@dataclass(frozen=True, slots=True, eq=False)
class BoundedMean:
    """A confidence sequence for the mean of values in [0, 1], however they are distributed.

    Against each possible mean one bets that values lie above it, and below it, with several constant stakes; the means
    against which one has not grown rich remain. Nothing is assumed of the distribution, and the interval narrows where
    it varies little. Constant stakes make the order irrelevant, so shards are added with ``+``.

    Values in another range are handed in as ``(value - lowest) / (highest - lowest)``.

    Args:
        n: values seen.
        wealth: (stakes, means) logarithm of the wealth of each bet.

    Source: Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting, JRSS-B 86, with the
    mixture over constant stakes of their sec. 4 in place of predictable ones.

    >>> seen = BoundedMean().with_values(np.random.default_rng(1).beta(10, 30, 500))
    >>> [round(end, 3) for end in seen.interval(0.95)]
    [0.234, 0.259]
    """

    n: int = 0
    wealth: FloatArray = field(default_factory=create_initial_wealth, repr=False)

    def with_values(self, values: npt.ArrayLike) -> BoundedMean:
        """Return the state after further values; equal values cost no more than one.

        Raises:
            DataError: a value is not a number in [0, 1].
        """
        x = np.asarray(values, dtype=np.float64).ravel()
        if not np.all((x >= 0) & (x <= 1)):
            raise DataError("values lie in [0, 1]", mend="rescale them by the bounds that are known of them")
        distinct, times = np.unique(x, return_counts=True)
        stakes, grid = np.array(STAKES)[:, None, None], build_mean_grid()[None, :, None]
        wealth = self.wealth.copy()
        for start in range(0, distinct.size, CHUNK):
            some, often = distinct[start : start + CHUNK], times[start : start + CHUNK].astype(np.float64)
            wealth[: len(STAKES)] += np.log1p(stakes * (some / grid - 1)) @ often
            wealth[len(STAKES) :] += np.log1p(stakes * ((1 - some) / (1 - grid) - 1)) @ often
        return BoundedMean(self.n + x.size, wealth)

    def __add__(self, other: BoundedMean) -> BoundedMean:
        """Return the state after the values of both."""
        return BoundedMean(self.n + other.n, self.wealth + other.wealth)

    @property
    def evidence(self) -> FloatArray:
        """Logarithm of the e-value against each of the means."""
        mixed: FloatArray = logsumexp(self.wealth, axis=0) - log(2 * len(STAKES))
        return mixed

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval of means not rejected; [0, 1] before the first value.

        Raises:
            ValueError: a level outside (0, 1).
        """
        if not 0 < level < 1:
            raise ValueError(f"a level lies in (0, 1), not {level}")
        grid = np.concatenate(([0.0], build_mean_grid(), [1.0]))
        out = np.flatnonzero(self.evidence >= -log(1 - level)) + 1
        best = int(np.argmin(self.evidence)) + 1
        return float(grid[out[out < best].max(initial=0)]), float(grid[out[out > best].min(initial=grid.size - 1)])
