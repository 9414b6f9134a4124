"""Intervals by inversion of a score test: valid for small counts and symmetric in the arms."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf, isfinite, sqrt

from scipy.special import ndtr

from starcase.inference.root_finding import find_root

ScoreOf = Callable[[float], float]
DOUBLINGS = 1_100
FAR = 1e6


def compute_two_sided_p(z: float) -> float:
    """The two-sided p-value of a standard normal, exact far into the tail."""
    return float(2 * ndtr(-abs(z)))


def standardize(distance: float, variance: float) -> float:
    """Return the distance in standard errors; with zero variance it is 0 or infinite."""
    if variance > 0:
        return distance / sqrt(variance)
    return copysign(inf, distance) if distance else 0.0


def invert_test(score: ScoreOf, estimate: float, bounds: tuple[float, float], z: float) -> tuple[float, float]:
    """Return the interval of values that the test does not reject.

    Args:
        score: z-value of "the truth is this", which falls as its argument grows.
        estimate: where the score is 0; strictly between the bounds, or on one of them.
        bounds: the least and the largest value there can be; may be infinite.
        z: critical value.

    >>> invert_test(lambda truth: (3.0 - truth) / 0.5, 3.0, (-inf, inf), 2.0)
    (2.0, 4.0)
    """
    lowest, highest = bounds
    low = find_edge(lambda at: score(at) - z, estimate, lowest)
    high = find_edge(lambda at: -score(at) - z, estimate, highest)
    return low, high


def find_edge(excess: ScoreOf, start: float, bound: float) -> float:
    """Return where the excess crosses 0 between the estimate and a bound; the bound if it never does."""
    if start == bound:
        return bound
    near, far = start, bound
    if not isfinite(bound):
        far = find_point_beyond(excess, start, bound)
        if not isfinite(far):
            return bound
    elif excess(bound) <= 0:
        return bound
    return find_root(lambda at: min(excess(at), FAR), near, far, xtol=1e-300, rtol=1e-14, maxiter=500)


def find_point_beyond(excess: ScoreOf, start: float, bound: float) -> float:
    """A point on the way to an infinite bound at which the excess is positive, by doubling the stride."""
    stride = abs(start) or 1.0
    for _ in range(DOUBLINGS):
        at = start + stride if bound > 0 else start - stride
        if not isfinite(at):
            break
        if excess(at) > 0:
            return at
        stride *= 2
    return bound if isfinite(bound) else (inf if bound > 0 else -inf)
