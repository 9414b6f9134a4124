"""Stopping boundaries for an experiment with any number of looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, ndtr, ndtri

from starcase.inference.anytime.boundary import Boundary
from starcase.inference.anytime.mixture import Mixture

FloatArray = npt.NDArray[np.float64]
Sides = Literal["both", "above", "below"]
FALL = -0.2
STEEP = -0.8
GIVE_UP = 0.53
AFTER = 2.0
HIGHEST = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Error spending over the looks of an experiment with a planned size.

    Up to the planned size a straight boundary on the information fraction is in force, at every event. A small
    ``reserve`` is kept for the time after it, so that the same experiment may go on without a new test. With
    ``futility`` one may also stop once the effect that was planned for is out of reach; that never adds false alarms,
    whether one stops or not. What it costs in power ``Design.with_futility`` buys back.

    Args:
        alpha: chance of a false alarm over the whole experiment, in (0, 1).
        sides: "both", or the only direction of the effect that counts.
        power: what the planned size was computed for, with a fixed test; used by ``futility``.
        slope: of the boundary; 0 is O'Brien and Fleming's.
        reserve: part of ``alpha`` that is kept for looks after the planned size, in (0, 1).
        futility: information fraction before which there is no stop for futility, in (0, 1); None for no such stop.

    Raises:
        ValueError: a parameter outside its range.

    >>> design = Design()
    >>> design.critical([0.25, 1.0, 2.0]).round(2).tolist()
    [4.74, 2.22, 4.38]
    >>> round(design.power_at_plan, 3), round(design.mean_size, 3)
    (0.78, 0.752)
    """

    alpha: float = 0.05
    sides: Sides = "both"
    power: float = 0.8
    slope: float = FALL
    reserve: float = 0.01
    futility: float | None = None

    def __post_init__(self) -> None:
        for name in ("alpha", "power", "reserve", "futility"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise ValueError(f"{name} lies in (0, 1), not {value}")

    @classmethod
    def with_futility(cls, *, alpha: float = 0.05, sides: Sides = "both", power: float = 0.8) -> Design:
        """Return a design that stops early for futility and keeps its power under the planned effect.

        From 53 % of the planned information on it may stop for futility. Before that a steeper line spends less: large
        effects wait a little longer, and what this saves pays for the effects that are given up.

        >>> design = Design.with_futility()
        >>> round(design.power_at_plan, 3), bool(design.is_futile(0.2, 0.7))
        (0.786, True)
        """
        return cls(alpha=alpha, sides=sides, power=power, slope=STEEP, futility=GIVE_UP)

    @property
    def tails(self) -> int:
        """1 or 2."""
        return 2 if self.sides == "both" else 1

    @property
    def boundary(self) -> Boundary:
        """The one-sided boundary up to the planned size."""
        return Boundary.from_alpha(self.alpha * (1 - self.reserve) / self.tails, self.slope)

    @property
    def continuation(self) -> Mixture:
        """The two-sided boundary after the planned size."""
        return Mixture(alpha=self.alpha * self.reserve * 2 / self.tails, best=AFTER)

    @property
    def drift(self) -> float:
        """The effect planned for, in standard errors at the planned size."""
        return float(ndtri(1 - self.alpha / self.tails) + ndtri(self.power))

    @property
    def power_at_plan(self) -> float:
        """Chance to find the effect planned for by the planned size, looking continuously, without futility."""
        return self.boundary.compute_crossing(self.drift)

    @property
    def mean_size(self) -> float:
        """Mean size at which that happens or the plan ends, over the planned size."""
        return self.boundary.compute_mean_stop(self.drift)

    def critical(self, fraction: npt.ArrayLike) -> FloatArray:
        """Return the critical z values at information fractions; infinite at 0."""
        t = np.asarray(fraction, dtype=np.float64)
        value = self.boundary.at(np.clip(t, 1e-300, 1.0))
        beyond = t > 1
        if beyond.any():
            later = np.maximum(self.continuation.critical(np.maximum(t, 1.0)), self.boundary.at(1.0))
            value = np.where(beyond, later, value)
        return np.where(t > 0, value, np.inf)

    def p_value(self, z: npt.ArrayLike, fraction: npt.ArrayLike) -> FloatArray:
        """Return the level at which this single look would stop; its running minimum is an anytime-valid p-value."""
        t = np.asarray(fraction, dtype=np.float64)
        reached = self._orient(z)
        planned = np.minimum(t, 1.0)
        touched, lowest = reached * np.sqrt(planned) - self.slope * planned, max(0.0, -self.slope)
        height = np.clip(touched, lowest, HIGHEST)
        spent = ndtr(-height - self.slope) + np.exp(log_ndtr(self.slope - height) - 2 * height * self.slope)
        value = np.minimum(1.0, self.tails * spent / (1 - self.reserve))
        if (t > 1).any():
            late = self.continuation.p_value(np.maximum(reached, 0), np.maximum(t, 1.0))
            value = np.where(t > 1, np.minimum(1.0, late * self.tails / 2 / self.reserve), value)
        return np.where((t > 0) & ((touched > lowest) | (t > 1)), value, 1.0)

    def is_futile(self, z: npt.ArrayLike, fraction: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return whether a look shows that the planned effect is out of reach.

        From the fraction ``futility`` on: the motion is further below the planned effect's path than that path had
        risen by then. At the planned size that is an estimate below ``1 - futility`` of the effect planned for.
        """
        reached, t = self._orient(z), np.asarray(fraction, dtype=np.float64)
        if self.futility is None:
            return np.zeros(np.broadcast(reached, t).shape, dtype=np.bool_)
        return (t > self.futility) & (reached * np.sqrt(t) <= self.drift * (t - self.futility))

    def _orient(self, z: npt.ArrayLike) -> FloatArray:
        signed = np.asarray(z, dtype=np.float64)
        return np.abs(signed) if self.sides == "both" else signed if self.sides == "above" else -signed
