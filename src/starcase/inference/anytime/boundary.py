"""A straight boundary for Brownian motion: how likely it is crossed, and when, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtr

from starcase.inference.root_finding import find_root

FloatArray = npt.NDArray[np.float64]
HIGHEST = 40.0
STEPS = 4_000
STEEPEST = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """The line ``height + slope * t`` over the information fraction t in (0, 1], for ``z * sqrt(t)``.

    A z statistic looked at continuously is, times the root of the information fraction, Brownian motion with the effect
    as drift. Slope 0 is the continuous form of O'Brien and Fleming's boundary; a falling one spends less early and more
    at the planned end, and so keeps more power there.

    Args:
        height: where the line starts at fraction 0; above 0.
        slope: what it rises by until fraction 1; above ``-height``.

    Raises:
        ValueError: the line is not above 0 on all of [0, 1].

    Source: O'Brien & Fleming (1979), Biometrics 35; Siegmund (1985), Sequential Analysis, ch. 3
    (crossing of a line).

    >>> line = Boundary.from_alpha(0.025)
    >>> round(line.height, 4), round(line.compute_crossing(0.0), 4)
    (2.2414, 0.025)
    """

    height: float
    slope: float = 0.0

    def __post_init__(self) -> None:
        if not self.height > 0 or not self.height + self.slope > 0:
            raise ValueError(f"a boundary stays above 0, not {self.height} + {self.slope} t")

    @classmethod
    def from_alpha(cls, alpha: float, slope: float = 0.0) -> Boundary:
        """The line of this slope that driftless motion crosses with probability ``alpha`` by fraction 1."""
        if not 0 < alpha < 1 or not abs(slope) <= STEEPEST:
            raise ValueError(f"alpha lies in (0, 1) and a slope within {STEEPEST:g}, not {alpha} and {slope}")
        return _solve_boundary(alpha, slope)

    def at(self, fraction: npt.ArrayLike) -> FloatArray:
        """The boundary for the z statistic itself, at information fractions in (0, 1]."""
        t = np.asarray(fraction, dtype=np.float64)
        return (self.height + self.slope * t) / np.sqrt(t)

    def compute_crossing(self, drift: float, until: float = 1.0) -> float:
        """Probability that motion with this drift has crossed the line by fraction ``until``."""
        return float(self._compute_crossings(drift, np.array([until]))[0])

    def compute_log_derivative(self, drift: float) -> float:
        """Derivative of the logarithm of the crossing probability by the drift."""
        away = drift - self.slope
        reflected = 2 * self.height * float(np.exp(2 * self.height * away + log_ndtr(-self.height - away)))
        return reflected / self.compute_crossing(drift)

    def compute_mean_stop(self, drift: float) -> float:
        """Mean fraction at which motion with this drift crosses, 1 where it does not."""
        t = np.linspace(0, 1, STEPS + 1)[1:]
        return float(1 - self._compute_crossings(drift, t)[:-1].sum() / STEPS)

    def _compute_crossings(self, drift: float, t: FloatArray) -> FloatArray:
        root, away = np.sqrt(t), self.slope - drift
        reflected = np.exp(-2 * self.height * away + log_ndtr((away * t - self.height) / root))
        crossed: FloatArray = np.minimum(1.0, ndtr(-(self.height + away * t) / root) + reflected)
        return crossed


@lru_cache(maxsize=256)
def _solve_boundary(alpha: float, slope: float) -> Boundary:
    lowest = max(0.0, -slope) + 1e-9
    excess = lambda height: Boundary(height=height, slope=slope).compute_crossing(0.0) - alpha  # noqa: E731
    return Boundary(height=find_root(excess, lowest, HIGHEST), slope=slope)
