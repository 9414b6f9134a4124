"""The share of successes in n trials with an interval that is also valid for small counts."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtri

from starcase.inference.effect import Effect


def wilson(successes: float, n: int, level: float) -> Effect:
    """The share ``successes / n`` with Wilson's score interval; p-value against a share of zero.

    Args:
        successes: how many of the trials; may be a sum of weights.
        n: number of independent trials, at least 1.
        level: coverage of the interval, two-sided.

    Raises:
        ValueError: no trial, or more successes than trials.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.

    >>> effect = wilson(3, 100, 0.95)
    >>> effect.estimate, round(effect.low, 4), round(effect.high, 4)
    (0.03, 0.0103, 0.0845)
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} successes in {n} trials are not a share in [0, 1]")
    z = float(ndtri((1 + level) / 2))
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Effect(
        estimate=share,
        low=max(0.0, centre - half) if successes else 0.0,
        high=min(1.0, centre + half) if successes < n else 1.0,
        level=level,
        p_value=0.0 if successes else 1.0,
        n=n,
        method="Wilson score interval",
        question="the share among all trials like these",
        assumptions=("trials are independent of each other",),
    )
