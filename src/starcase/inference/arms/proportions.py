"""Two proportions: the difference and the relative difference by Miettinen and Nurminen's score."""

from __future__ import annotations

from math import inf, sqrt

from scipy.special import ndtri

from starcase.errors import DataError
from starcase.inference.arms.contrast import INDEPENDENT
from starcase.inference.arms.count import Count
from starcase.inference.arms.score import compute_two_sided_p, invert_test, standardize
from starcase.inference.effect import TWO_ARMS, Effect, Scale, check_level

NEWTON_STEPS = 100
NEWTON_ENOUGH = 1e-15


def compare_proportions(control: Count, treatment: Count, *, level: float = 0.95, scale: Scale = "absolute") -> Effect:
    """Treatment's proportion less control's, or that as a share of control's.

    The interval holds what the score test does not reject, so it agrees with the p-value, does not depend on which arm
    comes first, and is an answer even where an arm has no success at all.

    Args:
        control: successes of trials in the control arm.
        treatment: successes of trials in the treatment arm.
        level: coverage of the interval, two-sided.
        scale: in percentage points or as a share of the control's proportion.

    Raises:
        DataError: more successes than trials, or trials that are no whole number.

    Source: Miettinen & Nurminen (1985), Comparative analysis of two rates, Statist. Med. 4.

    >>> compare_proportions(Count(2, 10_000), Count(11, 10_000), scale="relative").sentence
    'Different: +450 %, 95 % interval [+36.82 %, +2111 %], 20000 independent units.'
    """
    check_level(level)
    for arm in (control, treatment):
        if arm.events > arm.of or arm.of != round(arm.of):
            raise DataError(
                "successes must lie between 0 and the number of trials",
                where=f"{arm.events} successes in {arm.of} trials",
            )
    z = float(ndtri((1 + level) / 2))
    apart = treatment.rate - control.rate
    if scale == "absolute":
        estimate = apart
        low, high = invert_test(lambda at: compute_difference_score(control, treatment, at), apart, (-1.0, 1.0), z)
    else:
        estimate = apart / control.rate if control.events else (inf if treatment.events else 0.0)
        low, high = find_ratio_interval(control, treatment, z)
    return Effect(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        p_value=compute_two_sided_p(compute_difference_score(control, treatment, 0.0)),
        n=int(control.of + treatment.of),
        method="Miettinen-Nurminen score test and its reverse",
        question=TWO_ARMS,
        assumptions=(INDEPENDENT,),
        scale=scale,
    )


def find_ratio_interval(control: Count, treatment: Count, z: float) -> tuple[float, float]:
    """Ends of the relative difference; the ratio is searched for, so 0 successes in the control leave it open above."""
    if not control.events and not treatment.events:
        return -1.0, inf
    if not control.events:
        inverse_high = invert_test(lambda at: compute_ratio_score(treatment, control, at), 0.0, (0.0, inf), z)[1]
        return (1 / inverse_high - 1 if inverse_high else inf), inf
    start = treatment.rate / control.rate
    low, high = invert_test(lambda at: compute_ratio_score(control, treatment, at), start, (0.0, inf), z)
    return low - 1, high - 1


def compute_difference_score(control: Count, treatment: Count, apart: float) -> float:
    """Z-value of "treatment less control is ``apart``", with both proportions as likely as that allows."""
    n0, n1, x0, x1 = control.of, treatment.of, control.events, treatment.events
    p0 = fit_control_proportion(n0, n1, x0, x1, apart)
    p1 = min(1.0, max(0.0, p0 + apart))
    variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * compute_correction(n0 + n1)
    return standardize(treatment.rate - control.rate - apart, variance)


def compute_ratio_score(control: Count, treatment: Count, ratio: float) -> float:
    """Z-value of "treatment is ``ratio`` times control", with both proportions as likely as that allows."""
    n0, n1, x0, x1 = control.of, treatment.of, control.events, treatment.events
    if ratio == 0:
        return standardize(treatment.rate, 0.0)
    a, b, c = (n0 + n1) * ratio, ratio * (n1 + x0) + x1 + n0, x0 + x1
    p0 = 2 * c / (b + sqrt(max(0.0, b * b - 4 * a * c)))
    p0 = min(p0, 1.0, 1 / ratio)
    p1 = p0 * ratio
    variance = (p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0) * compute_correction(n0 + n1)
    return standardize(treatment.rate - ratio * control.rate, max(0.0, variance))


def fit_control_proportion(n0: float, n1: float, x0: float, x1: float, apart: float) -> float:
    """The control's proportion that is most likely when the treatment's is ``apart`` larger.

    The derivative of the log-likelihood falls throughout, so Newton's steps are kept inside a shrinking bracket.
    """
    low, high = max(0.0, -apart), min(1.0, 1.0 - apart)
    if low >= high:
        return low
    at = (x0 + x1 - n1 * apart) / (n0 + n1)
    for _ in range(NEWTON_STEPS):
        if not low < at < high:
            at = (low + high) / 2
        slope, bend = compute_likelihood_slope(n0, x0, at), compute_likelihood_curvature(n0, x0, at)
        slope += compute_likelihood_slope(n1, x1, at + apart)
        bend += compute_likelihood_curvature(n1, x1, at + apart)
        low, high = (at, high) if slope > 0 else (low, at)
        step = slope / bend if 0 < bend < inf else (high + low) / 2 - at
        at += step
        if abs(step) <= NEWTON_ENOUGH * min(at, 1 - at) or high - low <= NEWTON_ENOUGH * low:
            break
    return min(high, max(low, at))


def compute_likelihood_slope(n: float, x: float, p: float) -> float:
    """Derivative of x log p + (n - x) log(1 - p)."""
    return divide_count(x, p) - divide_count(n - x, 1 - p)


def compute_likelihood_curvature(n: float, x: float, p: float) -> float:
    """Second derivative of x log p + (n - x) log(1 - p), with its sign turned."""
    return divide_count(x, p * p) + divide_count(n - x, (1 - p) ** 2)


def divide_count(count: float, share: float) -> float:
    """Return a count divided by a share; 0 / 0 is 0."""
    if not count:
        return 0.0
    return count / share if share > 0 else inf


def compute_correction(n: float) -> float:
    """N / (N - 1), which makes the variance unbiased under the hypothesis."""
    return n / (n - 1)
