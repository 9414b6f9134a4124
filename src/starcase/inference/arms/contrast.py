"""The difference of two arms in one metric, absolute and relative to the control."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, hypot, inf, sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

from starcase.errors import NotComparable
from starcase.inference.arms.metric import DeltaMetric, fit_covariate_slope
from starcase.inference.effect import TWO_ARMS, Effect, Scale, check_level
from starcase.inference.moments import Moments

INDEPENDENT = "one row a unit, units independent of each other and assigned by chance"
MANY = "enough units that a mean is near normal; heavy tails need more"
BEFORE = "what was known of a unit was known before its exposure"
SAME_SIGN = "the control's value has the sign it shows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A metric in two arms: values, their variances, and the degrees of freedom these rest on.

    Args:
        control: the metric in the control arm.
        difference: treatment less control, to full precision.
        control_variance: squared standard error of the control's value.
        treatment_variance: squared standard error of the treatment's value.
        control_n: units in the control arm, at least 2.
        treatment_n: units in the treatment arm, at least 2.
        method: how the values were formed.
        assumptions: what must hold.
    """

    control: float
    difference: float
    control_variance: float
    treatment_variance: float
    control_n: int
    treatment_n: int
    method: str
    assumptions: tuple[str, ...]

    @property
    def standard_error(self) -> float:
        """Standard error of the difference."""
        return hypot(sqrt(self.control_variance), sqrt(self.treatment_variance))

    @property
    def freedom(self) -> float:
        """Degrees of freedom by Welch and Satterthwaite."""
        one, other = self.control_variance, self.treatment_variance
        scale = max(one, other)
        if scale == 0:
            return float(self.control_n + self.treatment_n - 2)
        one, other = one / scale, other / scale
        return (one + other) ** 2 / (one**2 / (self.control_n - 1) + other**2 / (self.treatment_n - 1))

    @property
    def p_value(self) -> float:
        """The two-sided p-value against no difference; 1 where the variance is zero."""
        error = self.standard_error
        return float(2 * stdtr(self.freedom, -abs(self.difference) / error)) if error else 1.0

    def margin(self, level: float) -> float:
        """Return half the width of the interval of the difference; infinite where the variance is zero."""
        error = self.standard_error
        return float(stdtrit(self.freedom, (1 + level) / 2)) * error if error else inf


def compute_contrast(metric: DeltaMetric, control: Moments, treatment: Moments) -> Contrast:
    """Return the contrast of a metric between two arms, adjusted for covariates known before exposure.

    Raises:
        NotIdentifiable: an arm has fewer than two units, or the metric has no value in it.
        NotComparable: the arms hold different columns.
    """
    if control.names != treatment.names:
        raise NotComparable("the arms hold different columns", where=f"{control.names} and {treatment.names}")
    control.need(2)
    treatment.need(2)
    one, other = metric.linearize(control), metric.linearize(treatment)
    slope = fit_covariate_slope(metric, control + treatment) if metric.given else np.zeros(0)
    places = [control.index(name) for name in metric.given]
    known = (treatment.origin - control.origin)[places] + (treatment.offset - control.offset)[places]
    before = float(slope @ known)
    return Contrast(
        control=one.value + before * treatment.n / (control.n + treatment.n),
        difference=(other.origin - one.origin) + (other.offset - one.offset) - before,
        control_variance=compute_delta_variance(
            control, (*one.columns, *metric.given), np.append(one.gradient, -slope)
        ),
        treatment_variance=compute_delta_variance(
            treatment, (*other.columns, *metric.given), np.append(other.gradient, -slope)
        ),
        control_n=control.n,
        treatment_n=treatment.n,
        method=f"Welch's t on the {metric.name}" + (f" given {', '.join(metric.given)} (CUPED)" if places else ""),
        assumptions=(INDEPENDENT, MANY, BEFORE) if places else (INDEPENDENT, MANY),
    )


def compute_delta_variance(
    arm: Moments, columns: tuple[str, ...], gradient: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> float:
    """The squared standard error of a function of means, by the delta method."""
    return max(0.0, float(gradient @ arm.covariances(columns) @ gradient)) / arm.n


def estimate_difference(metric: DeltaMetric, control: Moments, treatment: Moments, *, level: float = 0.95) -> Effect:
    """Treatment less control, with Welch's interval and p-value.

    Where neither arm varies nothing is known of chance: the interval is infinite and the p-value 1.

    Raises:
        NotIdentifiable: an arm has fewer than two units, or the metric has no value in it.

    Source: Welch (1947), Biometrika 34; the delta method for ratios; CUPED for covariates.

    >>> from starcase.inference import Mean, compute_arm_moments
    >>> arms = compute_arm_moments({"y": [1.0, 2.0, 3.0, 4.0, 2.5, 4.5]}, [0, 0, 0, 1, 1, 1], 2)
    >>> effect = estimate_difference(Mean("y"), *arms)
    >>> round(effect.estimate, 4), round(effect.p_value, 4)
    (1.6667, 0.1162)
    """
    return build_absolute_effect(compute_contrast(metric, control, treatment), level=level)


def estimate_relative_difference(
    metric: DeltaMetric, control: Moments, treatment: Moments, *, level: float = 0.95
) -> Effect:
    """Treatment less control as a share of the control, with Fieller's interval.

    The p-value is that of the difference, and it is below 1 - level exactly where the interval leaves out 0. Where the
    control's value cannot be told from 0 the share has no bound on one side, or none at all, and the interval says so.

    Raises:
        NotIdentifiable: an arm has fewer than two units, or the metric has no value in it.

    Source: Fieller (1954), Some problems in interval estimation, JRSS-B 16.

    >>> from starcase.inference import Mean, compute_arm_moments
    >>> arms = compute_arm_moments({"y": [10.0, 11.0, 9.0, 12.0, 13.0, 12.5]}, [0, 0, 0, 1, 1, 1], 2)
    >>> estimate_relative_difference(Mean("y"), *arms).sentence
    'Different: +25 %, 95 % interval [+3.619 %, +55.32 %], 6 independent units.'
    """
    return build_relative_effect(compute_contrast(metric, control, treatment), level=level)


def build_absolute_effect(found: Contrast, *, level: float) -> Effect:
    """The difference of a contrast with its interval."""
    check_level(level)
    half = found.margin(level)
    return build_effect(found, found.difference, (found.difference - half, found.difference + half), level, "absolute")


def build_relative_effect(found: Contrast, *, level: float) -> Effect:
    """The difference of a contrast as a share of the control, with Fieller's interval."""
    check_level(level)
    if found.control:
        estimate = found.difference / found.control
    else:
        estimate = copysign(inf, found.difference) if found.difference else 0.0
    certain = found.standard_error == 0
    ends = (-inf, inf) if certain else compute_fieller_interval(found, float(stdtrit(found.freedom, (1 + level) / 2)))
    return build_effect(found, estimate, ends, level, "relative")


def compute_fieller_interval(found: Contrast, t: float) -> tuple[float, float]:
    """The shares s for which (difference - s control) lies within t standard errors of 0.

    With d the difference, c the control and variances v0, v1: (d - s c)^2 <= t^2 (v1 + (1 + s)^2 v0), a parabola in s.
    """
    d, c = found.difference, found.control
    v0, v1 = t * t * found.control_variance, t * t * found.treatment_variance
    square, linear, constant = c * c - v0, -(d * c + v0), d * d - v0 - v1
    inside = max(0.0, linear * linear - square * constant)
    root = sqrt(inside)
    far = -linear + (root if linear <= 0 else -root)
    if square > 0:
        ends = sorted((far / square, constant / far if far else 0.0))
        return ends[0], ends[1]
    if constant <= 0 or far == 0:
        return -inf, inf
    near = constant / far
    first, second = sorted((far / square if square else copysign(inf, -near), near))
    return (second, inf) if (d >= 0) == (c >= 0) else (-inf, first)


def build_effect(found: Contrast, estimate: float, ends: tuple[float, float], level: float, scale: Scale) -> Effect:
    """Return a contrast as an effect with its method and assumptions."""
    how = "" if scale == "absolute" else ", Fieller's interval for the share"
    idle = "" if found.standard_error else "; nothing varies, so nothing is known of chance"
    return Effect(
        estimate=estimate,
        low=ends[0],
        high=ends[1],
        level=level,
        p_value=found.p_value,
        n=found.control_n + found.treatment_n,
        method=found.method + how + idle,
        question=TWO_ARMS,
        assumptions=found.assumptions if scale == "absolute" else (*found.assumptions, SAME_SIGN),
        scale=scale,
    )
