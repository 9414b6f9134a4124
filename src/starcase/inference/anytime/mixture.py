"""The normal mixture: a boundary for Brownian motion over unlimited time."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log1p
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
HIGHEST = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Two-sided boundary that driftless Brownian motion ever crosses with probability ``alpha`` at most.

    As the design of a comparison it needs no end: the planned size only says where its interval is narrowest. It is
    for guards that run for ever; a ``Design`` finds a planned effect with a third fewer units.

    Args:
        alpha: that probability, in (0, 1).
        best: the time at which the boundary is narrowest relative to the root of time; above 0.

    Raises:
        ValueError: alpha outside (0, 1), or a time that is not positive.

    Source: Robbins (1970), Ann. Math. Statist. 41; as an asymptotic confidence sequence Waudby-Smith, Arbour, Sinha,
    Kennedy & Ramdas (2024), Time-uniform central limit theory and asymptotic confidence sequences, Ann. Statist. 52.

    >>> mixture = Mixture(alpha=0.05, best=1.0)
    >>> round(float(mixture.critical(1.0)), 2), round(float(mixture.p_value(mixture.critical(1.0), 1.0)), 4)
    (3.04, 0.05)
    """

    alpha: float
    best: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1 or not self.best > 0:
            raise ValueError(f"alpha lies in (0, 1) and best above 0, not {self.alpha} and {self.best}")

    @property
    def sides(self) -> Literal["both"]:
        """Always both directions."""
        return "both"

    def is_futile(self, z: npt.ArrayLike, time: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return False: without a planned size there is no futility."""
        return np.zeros(np.broadcast(np.asarray(z), np.asarray(time)).shape, dtype=np.bool_)

    @property
    def width(self) -> float:
        """Variance of the drifts that are mixed, as its inverse: the time at which prior and data weigh the same."""
        spent = -2 * log(self.alpha)
        return self.best / (spent + log1p(spent))

    def critical(self, time: npt.ArrayLike) -> FloatArray:
        """The boundary for the z statistic at times above 0."""
        grown = np.asarray(time, dtype=np.float64) / self.width
        return np.sqrt((1 + 1 / grown) * (np.log1p(grown) - 2 * log(self.alpha)))

    def p_value(self, z: npt.ArrayLike, time: npt.ArrayLike) -> FloatArray:
        """The smallest alpha, at this width, whose boundary z has reached; its running minimum holds at every look."""
        grown = np.asarray(time, dtype=np.float64) / self.width
        squared = np.square(np.clip(np.asarray(z, dtype=np.float64), -HIGHEST, HIGHEST))
        value: FloatArray = np.minimum(1.0, np.sqrt(1 + grown) * np.exp(-squared / 2 * (grown / (1 + grown))))
        return value
