"""The result of one interim look and the corrected result over all looks so far."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np
import numpy.typing as npt

from starcase.inference.anytime.design import Design, Sides
from starcase.inference.anytime.mixture import Mixture

FloatArray = npt.NDArray[np.float64]


class ErrorSpending(Protocol):
    """The protocol of error spending over looks: a ``Design``, a ``Mixture``, or a combination."""

    @property
    def sides(self) -> Sides:
        """Which direction of the effect counts."""
        ...

    def critical(self, time: npt.ArrayLike, /) -> FloatArray:
        """Return the critical z value."""
        ...

    def p_value(self, z: npt.ArrayLike, time: npt.ArrayLike, /) -> FloatArray:
        """Return the level at which this single look would stop."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceEstimate:
    """The estimated difference of two arms at one look.

    Args:
        estimate: treatment less control, in the unit of the metric.
        error: its standard error; 0 while nothing is known of chance.
        information: what has been gathered, in the unit in which a plan is made.
        n: independent units it rests on.
        method: how it came about.
    """

    estimate: float
    error: float
    information: float
    n: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedDesign:
    """A design combined with a mixture: the design detects the planned effect, the mixture much larger ones.

    Either may stop, and each spends its part of the error budget.

    Args:
        design: spends most of it, up to the planned size.
        early: spends the rest.

    Raises:
        ValueError: the parts leave nothing to one of them, or the design counts one direction only.

    >>> both = CombinedDesign.from_budget(alpha=0.05, power=0.8, early=0.2, best=0.05)
    >>> both.critical([0.02, 1.0]).round(2).tolist(), round(both.alpha, 3)
    ([3.65, 2.31], 0.05)
    """

    design: Design
    early: Mixture

    def __post_init__(self) -> None:
        if self.design.sides != "both":
            raise ValueError("a mixture is two-sided, so the design combined with it must be two-sided")

    @classmethod
    def from_budget(cls, *, alpha: float, power: float, early: float, best: float) -> CombinedDesign:
        """Return a combination with a share ``early`` of ``alpha`` for a mixture optimal at fraction ``best``."""
        return cls(design=Design(alpha=alpha * (1 - early), power=power), early=Mixture(alpha=alpha * early, best=best))

    @property
    def sides(self) -> Sides:
        """Both directions count."""
        return "both"

    @property
    def alpha(self) -> float:
        """The whole budget."""
        return self.design.alpha + self.early.alpha

    def critical(self, fraction: npt.ArrayLike) -> FloatArray:
        """Return the critical z values at information fractions."""
        least: FloatArray = np.minimum(self.design.critical(fraction), self.early.critical(fraction))
        return least

    def p_value(self, z: npt.ArrayLike, fraction: npt.ArrayLike) -> FloatArray:
        """Against no difference; its running minimum is a p-value at every look."""
        planned, early = (one.p_value(z, fraction) * (self.alpha / one.alpha) for one in (self.design, self.early))
        least: FloatArray = np.minimum(1.0, np.minimum(planned, early))
        return least


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialInterval:
    """The interval and p-value of a difference after some looks.

    Args:
        low: lower end of its interval.
        high: upper end of its interval.
        p_value: against no difference.
        fraction: information at the last look over the information planned for.
    """

    low: float
    high: float
    p_value: float
    fraction: float

    @classmethod
    def from_look(cls, seen: DifferenceEstimate, spending: ErrorSpending, planned: float) -> SequentialInterval:
        """Return the result of one look; the interval is infinite while the variance is unknown.

        Args:
            seen: the difference.
            spending: how the error budget is spent.
            planned: the information that was planned for.
        """
        fraction = seen.information / planned
        if not (seen.error > 0 and fraction > 0):
            return cls(low=-inf, high=inf, p_value=1.0, fraction=fraction)
        half = float(spending.critical(fraction)) * seen.error
        return cls(
            low=seen.estimate - half if spending.sides != "below" else -inf,
            high=seen.estimate + half if spending.sides != "above" else inf,
            p_value=float(spending.p_value(seen.estimate / seen.error, fraction)),
            fraction=fraction,
        )

    def after(self, earlier: SequentialInterval | None) -> SequentialInterval:
        """Return the result combined with earlier looks: the interval only narrows, the p-value only falls.

        An earlier look that claimed more information than there is now claimed too much, because something rare has
        come since: it is forgotten. So is one whose interval has nothing in common with the present one: what it has
        shown does not hold any more, and the present look speaks for itself.
        """
        if earlier is None or earlier.fraction > self.fraction:
            return self
        low, high = max(self.low, earlier.low), min(self.high, earlier.high)
        if low > high:
            return self
        return SequentialInterval(
            low=low, high=high, p_value=min(self.p_value, earlier.p_value), fraction=self.fraction
        )
