"""The best of k candidates, with estimate and interval corrected for selection."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.effect import Effect, check_level
from starcase.inference.many.joint import find_critical_value, sample_largest_errors
from starcase.inference.root_finding import find_root

FloatArray = npt.NDArray[np.float64]
PROJECTION = 0.1
NO_SLACK = 1e-12
EDGE = 1e-12
SMALLEST_P = 1e-12
HALVINGS = 40
THE_BEST = "how good the one that looks best really is, among all that were tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOf:
    """The best-looking candidate and its estimate corrected for selection.

    Args:
        place: its place among the candidates.
        naive: its estimate as it shows, too good on average.
        effect: median-unbiased estimate with an interval that covers although the best was chosen.
    """

    place: int
    naive: float
    effect: Effect

    @property
    def luck(self) -> float:
        """The selection bias of the naive estimate."""
        return self.naive - self.effect.estimate


def estimate_best(
    estimates: npt.ArrayLike, covariance: npt.ArrayLike, *, n: int, level: float = 0.95, seed: int = 0
) -> BestOf:
    """The largest of k estimates, corrected for having been chosen as the largest.

    Inference is conditional on which candidate won and on the others' distance from it, inside a simultaneous interval
    that keeps it from growing where two candidates are close (the hybrid of Andrews, Kitagawa and McCloskey).

    Args:
        estimates: (k,) larger is better; differences from the incumbent, for example.
        covariance: (k, k) of the estimates' errors.
        n: number of independent units the estimates rest on.
        level: coverage of the interval.
        seed: of the draws that give the simultaneous interval.

    Raises:
        DataError: a value is not finite, or the covariance is none.
        NotIdentifiable: the winner has no variance.

    Source: Andrews, Kitagawa & McCloskey (2024), Inference on winners, QJE 139.

    >>> found = estimate_best([0.0, 0.4, 2.0], np.eye(3), n=300)
    >>> found.place, found.naive > found.effect.estimate
    (2, True)
    """
    check_level(level)
    values, errors = require_covariance(estimates, covariance)
    place = int(values.argmax())
    if errors[place, place] == 0:
        raise NotIdentifiable("the winner's estimate does not vary", where=f"candidate {place}")
    winner = Winner.from_estimates(values, errors, place, seed)
    low, high = winner.interval(level)
    effect = Effect(
        estimate=winner.find_mean(0.5, winner.reach(level)),
        low=low,
        high=high,
        level=level,
        p_value=winner.p_value,
        n=n,
        method=f"best of {values.size}, hybrid of conditional and simultaneous inference",
        question=THE_BEST,
        assumptions=("estimates are jointly near normal", "every candidate that was tried is among them"),
    )
    return BestOf(place=place, naive=float(values[place]), effect=effect)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Winner:
    """The winning estimate and its truncation bounds given the other candidates' distances.

    Args:
        value: the winning estimate.
        deviation: its standard error.
        least: below it another would have won.
        most: above it another would have won; infinite unless another's error is the larger and moves with it.
        largest: draws of the largest joint error, ascending.
        k: number of candidates.
    """

    value: float
    deviation: float
    least: float
    most: float
    largest: FloatArray
    k: int

    @classmethod
    def from_estimates(cls, values: FloatArray, errors: FloatArray, place: int, seed: int) -> Winner:
        """Return the winner of all estimates."""
        move = errors[place] / errors[place, place]
        rest = np.delete(values - move * values[place], place)
        slack = np.delete(1 - move, place)
        with np.errstate(divide="ignore", invalid="ignore"):
            bounds = rest / slack
        sizes = np.sqrt(errors.diagonal())
        safe = np.where(sizes > 0, sizes, 1.0)
        return cls(
            value=float(values[place]),
            deviation=float(sizes[place]),
            least=float(bounds[slack > NO_SLACK].max(initial=-inf)),
            most=float(bounds[slack < -NO_SLACK].min(initial=inf)),
            largest=sample_largest_errors(errors / np.outer(safe, safe), seed),
            k=values.size,
        )

    def reach(self, level: float) -> float:
        """The half width of the simultaneous interval in standard errors."""
        return find_critical_value(self.largest, self.k, 1 - PROJECTION * (1 - level))

    def tail(self, level: float) -> float:
        """The error probability left for each side after the simultaneous interval."""
        alpha, beta = 1 - level, PROJECTION * (1 - level)
        return (alpha - beta) / (1 - beta) / 2

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval that is valid after selection."""
        tail, reach = self.tail(level), self.reach(level)
        return self.find_mean(1 - tail, reach), self.find_mean(tail, reach)

    def find_mean(self, share: float, reach: float) -> float:
        """Return the true value under which a winner stays below the observed one with this probability."""

        def excess(away: float) -> float:
            return self.below(away, reach) - share

        low, high = -reach * (1 - EDGE), reach * (1 - EDGE)
        if excess(low) <= 0 or excess(high) >= 0:
            return self.value + self.deviation * (low if excess(low) <= 0 else high)
        return self.value + self.deviation * find_root(excess, low, high)

    def below(self, away: float, reach: float) -> float:
        """Return the probability of a winner below the observed one, if the truth is ``away`` errors above it."""
        mean = self.value + away * self.deviation
        low = max((self.least - mean) / self.deviation, -reach)
        high = min((self.most - mean) / self.deviation, reach)
        if low > 0:
            part, whole = ndtr(-low) - ndtr(away), ndtr(-low) - ndtr(-high)
        else:
            part, whole = ndtr(-away) - ndtr(low), ndtr(high) - ndtr(low)
        return float(part / whole) if whole > 0 else float(away < 0)

    @property
    def p_value(self) -> float:
        """The smallest 1 - level at which the interval leaves out 0."""
        away = -self.value / self.deviation

        def leaves_out(log_alpha: float) -> bool:
            level = 1 - exp(log_alpha)
            tail, reach = self.tail(level), self.reach(level)
            return abs(away) >= reach or not tail <= self.below(away, reach) <= 1 - tail

        out, kept = -1e-9, log(SMALLEST_P)
        if leaves_out(kept):
            return SMALLEST_P
        for _ in range(HALVINGS):
            middle = (out + kept) / 2
            out, kept = (middle, kept) if leaves_out(middle) else (out, middle)
        return exp(out)


def require_covariance(estimates: npt.ArrayLike, covariance: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return valid estimates and covariance.

    Raises:
        DataError: they are not.
    """
    values, errors = np.asarray(estimates, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    if values.ndim != 1 or not values.size or errors.shape != (values.size, values.size):
        raise DataError("k estimates need a k by k covariance", where=f"{values.shape} and {errors.shape}")
    if not (np.isfinite(values).all() and np.isfinite(errors).all()):
        raise DataError("estimates and covariance are finite")
    if not np.allclose(errors, errors.T) or (errors.diagonal() < 0).any():
        raise DataError("a covariance is symmetric and its diagonal not negative")
    return values, errors
