"""How many units a fixed test needs, what it can detect, and how long that takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite, sqrt
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import nctdtr, ndtr, ndtri, stdtrit

from starcase.errors import NotIdentifiable
from starcase.inference.arms.contrast import compute_contrast, compute_delta_variance
from starcase.inference.arms.metric import DeltaMetric
from starcase.inference.moments import Moments
from starcase.inference.root_finding import find_root

T_UNTIL = 5_000
CERTAIN = 30.0
NO_WRONG_SIDE = 8.0
DOUBLINGS = 30
MOST_UNITS = 1e15


class Noise(Protocol):
    """The protocol of a metric's noise: how one unit's variance enters the comparison."""

    @property
    def largest(self) -> float:
        """The largest possible effect."""

    def compute_scales(self, effect: float, share: float) -> tuple[float, float]:
        """Standard error of the difference times the root of all units: under no effect, and under the effect."""


@dataclass(frozen=True, slots=True)
class MeanNoise:
    """A mean with a known standard deviation between units, the same in both arms.

    Args:
        deviation: standard deviation between units, positive.
        explained: part of the variance that is known before exposure (correlation squared), in [0, 1).
    """

    deviation: float
    explained: float = 0.0

    def __post_init__(self) -> None:
        if not (isfinite(self.deviation) and self.deviation > 0 and 0 <= self.explained < 1):
            raise ValueError(f"a deviation is positive and a part lies in [0, 1), not {self}")

    @property
    def largest(self) -> float:
        """Infinite: a mean has no upper bound."""
        return inf

    def compute_scales(self, effect: float, share: float) -> tuple[float, float]:
        """Return the same scale under both hypotheses."""
        del effect
        scale = self.deviation * sqrt((1 - self.explained) / (share * (1 - share)))
        return scale, scale


@dataclass(frozen=True, slots=True)
class ProportionNoise:
    """The noise of a proportion with a known value in the control.

    Args:
        base: the control's proportion, in (0, 1).
    """

    base: float

    def __post_init__(self) -> None:
        if not 0 < self.base < 1:
            raise ValueError(f"a proportion lies between 0 and 1, not {self.base}")

    @property
    def largest(self) -> float:
        """The difference between the base and 1."""
        return 1 - self.base

    def compute_scales(self, effect: float, share: float) -> tuple[float, float]:
        """Return the pooled scale under no effect, and the unpooled scale under the effect."""
        other = min(1.0, max(0.0, self.base + effect))
        pooled = (1 - share) * self.base + share * other
        apart = self.base * (1 - self.base) / (1 - share) + other * (1 - other) / share
        return sqrt(pooled * (1 - pooled) / (share * (1 - share))), sqrt(apart)


def estimate_noise(metric: DeltaMetric, before: Moments) -> MeanNoise:
    """Estimate the noise of a metric from past data of the same units, covariates included.

    Raises:
        NotIdentifiable: fewer than two units, or the metric does not vary.
    """
    found = compute_contrast(metric, before, before)
    line = metric.linearize(before)
    raw, left = compute_delta_variance(before, line.columns, line.gradient), found.control_variance
    if not left:
        raise NotIdentifiable(f"the {metric.name} does not vary in {before.n} units, so no size can be planned")
    return MeanNoise(sqrt(raw * before.n), explained=max(0.0, 1 - left / raw))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTest:
    """A fixed-size test, evaluated once after a planned number of units.

    Args:
        noise: how far chance moves the comparison.
        alpha: chance of a false alarm, in (0, 1).
        share: part of the units that the treatment arm gets, in (0, 1).
        sides: 2, or 1 where only one direction counts.
        margin: harm that is tolerated; above 0 the question is "not worse by more than the margin" (then 1 side).

    Raises:
        ValueError: a parameter outside its range.

    Source: Chow, Shao, Wang & Lokhnygina (2017), Sample size calculations in clinical research, ch. 3 and 4.

    >>> test = FixedTest(noise=ProportionNoise(0.05))
    >>> units = test.units(effect=0.0025, power=0.8)
    >>> units, round(test.power(units, 0.0025), 4)
    (244247, 0.8)
    """

    noise: Noise
    alpha: float = 0.05
    share: float = 0.5
    sides: Literal[1, 2] = 2
    margin: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1 or not 0 < self.share < 1 or self.margin < 0 or self.sides not in {1, 2}:
            raise ValueError(f"alpha and share lie in (0, 1), a margin is not negative, sides are 1 or 2: {self}")
        if self.margin and self.sides != 1:
            raise ValueError("a test against a margin has one side: set sides=1")

    def power(self, units: float, effect: float) -> float:
        """The chance to show an effect of this size with so many units in both arms together."""
        distance = (abs(effect) if not self.margin else effect + self.margin) * sqrt(units)
        none, some = self.noise.compute_scales(effect, self.share)
        freedom = units - 2
        if freedom < 1:
            return 0.0
        if none == some and freedom < T_UNTIL:
            return compute_t_power(distance / some, freedom, self.alpha, self.sides)
        critical = float(ndtri(1 - self.alpha / self.sides)) * none
        beyond = float(ndtr((distance - critical) / some))
        return beyond + (float(ndtr((-distance - critical) / some)) if self.sides > 1 else 0.0)

    def units(self, effect: float, power: float = 0.8) -> int:
        """Units of both arms together that are needed to show an effect with this power.

        Raises:
            ValueError: the power is none, or no number of units gives it.
        """
        self._check_power(power)
        if effect + self.margin == 0 or effect > self.noise.largest or self.power(MOST_UNITS, effect) < power:
            raise ValueError(
                f"no number of units shows an effect of {effect:g} with power {power:g}; choose a larger effect"
            )
        if self.power(4, effect) >= power:
            return 4
        found = find_root(lambda log: self.power(float(np.exp(log)), effect) - power, np.log(4.0), np.log(MOST_UNITS))
        return ceil(float(np.exp(found)) - 1e-6)

    def detectable(self, units: int, power: float = 0.8) -> float:
        """Return the smallest effect that these units detect with this power; ``inf`` if none.

        With a margin it is the smallest true effect, often negative, with which "not worse" is shown.
        """
        self._check_power(power)
        low, largest = -self.margin, self.noise.largest
        high = low + self.noise.compute_scales(0.0, self.share)[0] / sqrt(max(units, 1))
        for _ in range(DOUBLINGS):
            if high >= largest or self.power(units, high) >= power:
                break
            high = low + 2 * (high - low)
        high = min(high, largest)
        if self.power(units, high) < power:
            return inf
        return find_root(lambda effect: self.power(units, effect) - power, low, high, xtol=1e-9 * (high - low))

    def _check_power(self, power: float) -> None:
        if not self.alpha < power < 1:
            raise ValueError(f"a power lies between alpha and 1, not {power}")


def compute_t_power(away: float, freedom: float, alpha: float, sides: int) -> float:
    """The chance that Student's t is significant when its numerator lies ``away`` from 0."""
    critical = float(stdtrit(freedom, 1 - alpha / sides))
    if away > max(CERTAIN, 5 * critical):
        return 1.0
    wrong_side = float(nctdtr(freedom, away, -critical)) if sides > 1 and abs(away) < NO_WRONG_SIDE else 0.0
    return 1 - float(nctdtr(freedom, away, critical)) + wrong_side


def compute_days_needed(units: int, arrivals: npt.ArrayLike, *, cycle: int = 7) -> int:
    """Return the number of days, in whole cycles, until the units have arrived.

    Args:
        units: units needed, both arms together.
        arrivals: new units a day, as one number or as the (n_days,) numbers of days to come: visitors who return are
            no new units, so the later days bring fewer.
        cycle: days of a cycle; an experiment runs whole ones, so that every weekday counts alike.

    Raises:
        ValueError: so many units never arrive.

    >>> compute_days_needed(10_000, 900.0), compute_days_needed(10_000, [4_000, 3_000, 2_000, 1_000])
    (14, 7)
    """
    coming = np.asarray(arrivals, dtype=np.float64)
    if coming.ndim > 1 or not (np.isfinite(coming).all() and (coming >= 0).all()):
        raise ValueError("arrivals are numbers of units, 0 or more")
    if coming.ndim == 0:
        if not coming > 0:
            raise ValueError(f"{units} units never arrive at 0 a day")
        days = ceil(units / float(coming))
    else:
        there = np.flatnonzero(np.cumsum(coming) >= units)
        if not there.size:
            raise ValueError(f"{coming.size} days bring {coming.sum():.0f} units, not {units}")
        days = int(there[0]) + 1
    return ceil(max(days, 1) / cycle) * cycle
