"""Two rates of events in time: the difference and the relative difference by the score of Poisson counts."""

from __future__ import annotations

from math import inf, sqrt

from scipy.special import ndtri

from starcase.inference.arms.count import Count
from starcase.inference.arms.score import compute_two_sided_p, invert_test, standardize
from starcase.inference.effect import TWO_ARMS, Effect, Scale, check_level

POISSON = "events come one by one and independently; where a unit brings several, take a Ratio over units instead"


def compare_rates(control: Count, treatment: Count, *, level: float = 0.95, scale: Scale = "absolute") -> Effect:
    """Treatment's rate less control's, or that as a share of control's.

    The interval holds what the score test does not reject; the p-value is that of equal rates.

    Args:
        control: events in the exposure of the control arm.
        treatment: events in the exposure of the treatment arm.
        level: coverage of the interval, two-sided.
        scale: in events per exposure or as a share of the control's rate.

    Source: Gu, Ng, Tang & Schucany (2008), Testing the ratio of two Poisson rates, Biom. J. 50 (constrained score).

    >>> effect = compare_rates(Count(40, 1000.0), Count(60, 1000.0), scale="relative")
    >>> round(effect.estimate, 3), round(effect.low, 3), round(effect.high, 3), round(effect.p_value, 4)
    (0.5, 0.008, 1.232, 0.0455)
    """
    check_level(level)
    z = float(ndtri((1 + level) / 2))
    apart = treatment.rate - control.rate
    if scale == "absolute":
        estimate = apart
        low, high = invert_test(lambda at: compute_difference_score(control, treatment, at), apart, (-inf, inf), z)
    else:
        estimate = apart / control.rate if control.events else (inf if treatment.events else 0.0)
        low, high = compute_ratio_interval(control, treatment, z)
    return Effect(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        p_value=compute_two_sided_p(compute_difference_score(control, treatment, 0.0)),
        n=int(control.events + treatment.events),
        method="score test of two Poisson rates and its reverse",
        question=TWO_ARMS,
        assumptions=(POISSON,),
        scale=scale,
    )


def compute_difference_score(control: Count, treatment: Count, apart: float) -> float:
    """Z-value of "treatment less control is ``apart``", with both rates as likely as that allows."""
    t0, t1, x0, x1 = control.of, treatment.of, control.events, treatment.events
    b = (t0 + t1) * apart - x0 - x1
    root = sqrt(max(0.0, b * b + 4 * (t0 + t1) * x0 * apart))
    r0 = max((root - b) / (2 * (t0 + t1)), 0.0, -apart)
    return standardize(treatment.rate - control.rate - apart, (r0 + apart) / t1 + r0 / t0)


def compute_ratio_interval(control: Count, treatment: Count, z: float) -> tuple[float, float]:
    """Ends of the relative difference, in closed form: (x1 / t1 - r x0 / t0)^2 = z^2 r (x0 + x1) / (t0 t1)."""
    x0, x1, t = control.events, treatment.events, control.of / treatment.of
    if not x0 and not x1:
        return -1.0, inf
    half = x0 * x1 + z * z * (x0 + x1) / 2
    root = sqrt(max(0.0, half * half - (x0 * x1) ** 2))
    high = (half + root) / x0**2 * t - 1 if x0 else inf
    low = (x1**2 / (half + root)) * t - 1
    return low, high
