"""Interim looks at two arms under one metric, valid for any number of looks."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, hypot, isfinite, sqrt

import numpy as np
from scipy.special import ndtri

from starcase.errors import NotIdentifiable
from starcase.inference.anytime.comparison_plan import ComparisonPlan, compute_information
from starcase.inference.anytime.reading import Reading, Verdict, decide_verdict
from starcase.inference.anytime.sequential_interval import DifferenceEstimate, SequentialInterval
from starcase.inference.anytime.stopping_correction import estimate_given_stop, estimate_median_unbiased
from starcase.inference.arms import Count, DeltaMetric, compute_contrast
from starcase.inference.arms.contrast import compute_delta_variance
from starcase.inference.arms.metric import fit_covariate_slope
from starcase.inference.moments import Moments

FEW = 150
HOW = {
    "Design": "straight boundary on the information fraction, then a normal mixture",
    "Mixture": "asymptotic confidence sequence, normal mixture",
}
AT_ONCE = "both arms run at the same time; units are assigned by chance and independent of each other"
LARGE = "near normal by the time of a decision: heavy tails need a planned size of thousands"


def look_at_arms(
    question: ComparisonPlan, control: Moments, treatment: Moments, earlier: Reading | None = None
) -> Reading:
    """Return the reading of two arms at this look, combined with earlier looks.

    Where the shares of the arms have changed on the way, use ``look_at_stages``.

    The standard error is the larger of Welch's and the one under "no difference", so that neither rare events nor
    unequal arms raise false alarms. While an arm has fewer than two units, or nothing varies, nothing is known: the
    interval is infinite and the verdict is "hold".

    Args:
        question: what is asked; the same at every look.
        control: moments of the control arm, one row a unit.
        treatment: moments of the treatment arm.
        earlier: the reading before this one.

    Raises:
        NotComparable: the arms hold different columns.

    >>> from starcase.inference import Mean, compute_arm_moments
    >>> y = np.random.default_rng(1).normal(size=4_000)
    >>> arms = compute_arm_moments({"y": y + 0.3 * (np.arange(4_000) % 2)}, np.arange(4_000) % 2, 2)
    >>> look_at_arms(ComparisonPlan(metric=Mean("y"), control_n=4_000, treatment_n=4_000), *arms).verdict
    'better'
    """
    return build_reading(question, estimate_at_look(question.metric, control, treatment), earlier)


def estimate_at_look(metric: DeltaMetric, control: Moments, treatment: Moments) -> DifferenceEstimate:
    """The contrast of two arms with the standard error to be used at any look."""
    try:
        found = compute_contrast(metric, control, treatment)
    except NotIdentifiable:
        return DifferenceEstimate(
            estimate=0.0, error=0.0, information=0.0, n=control.n + treatment.n, method=metric.name
        )
    return DifferenceEstimate(
        estimate=found.difference,
        error=max(found.standard_error, compute_null_error(metric, control, treatment)),
        information=compute_information(control.n, treatment.n),
        n=control.n + treatment.n,
        method=f"{metric.name}, larger of Welch's and the null standard error",
    )


def look_at_stages(
    question: ComparisonPlan, stages: Sequence[tuple[Moments, Moments]], earlier: Reading | None = None
) -> Reading:
    """Return the reading of two arms whose shares changed between stages.

    Arms are compared within each stage, and the differences weighed by what the stage's units tell. Units of different
    stages are not pooled: while the share grows, a treatment would else gather the units of later, perhaps better days.

    Args:
        question: what is asked; the same at every look.
        stages: moments of the control and of the treatment for each set of shares that has been in force.
        earlier: the reading before this one.

    Raises:
        NotComparable: the arms hold different columns.

    >>> from starcase.inference import Mean
    >>> def day(level, *units):
    ...     return tuple(Moments.from_columns({"y": np.tile([level, level + 1], n)}) for n in units)
    >>> question = ComparisonPlan(metric=Mean("y"), control_n=500, treatment_n=500)
    >>> look_at_stages(question, [day(0.0, 190, 10), day(5.0, 100, 100)]).estimate
    0.0
    """
    known = [seen for seen in (estimate_at_look(question.metric, *stage) for stage in stages) if seen.error > 0]
    total = fsum(seen.information for seen in known)
    parts = [(seen.information / total, seen) for seen in known]
    together = DifferenceEstimate(
        estimate=fsum(part * seen.estimate for part, seen in parts),
        error=hypot(*(part * seen.error for part, seen in parts)),
        information=total,
        n=sum(control.n + treatment.n for control, treatment in stages),
        method=f"{question.metric.name} within {len(stages)} stages, larger of Welch's and the null standard error",
    )
    return build_reading(question, together, earlier)


def compute_null_error(metric: DeltaMetric, control: Moments, treatment: Moments) -> float:
    """Return the standard error of the difference under no effect, pooled over both arms.

    Raises:
        NotIdentifiable: the metric has no value over both arms.
    """
    both = control + treatment
    line = metric.linearize(both)
    slope = fit_covariate_slope(metric, both) if metric.given else np.zeros(0)
    unit = compute_delta_variance(both, (*line.columns, *metric.given), np.append(line.gradient, -slope)) * both.n
    return sqrt(unit) * sqrt(1 / control.n + 1 / treatment.n)


def look_at_counts(
    question: ComparisonPlan, control: Count, treatment: Count, earlier: Reading | None = None
) -> Reading:
    """Return the reading for proportions, exact while an arm has fewer than 150 successes or failures.

    Args:
        question: what is asked; its metric is only named.
        control: successes of trials in the control arm.
        treatment: successes of trials in the treatment arm.
        earlier: the reading before this one.

    >>> from starcase.inference import Mean
    >>> question = ComparisonPlan(metric=Mean("conversion"), control_n=1_000, treatment_n=1_000)
    >>> look_at_counts(question, Count(1, 900), Count(7, 900)).verdict
    'hold'
    """
    n0, n1 = control.of, treatment.of
    pooled = (control + treatment).rate
    welch = sum(arm.rate * (1 - arm.rate) / max(arm.of - 1, 1.0) for arm in (control, treatment))
    null = pooled * (1 - pooled) * (n0 + n1) / max(n0 + n1 - 1, 1.0) * (1 / n0 + 1 / n1)
    seen = DifferenceEstimate(
        estimate=treatment.rate - control.rate,
        error=sqrt(max(welch, null)),
        information=compute_information(n0, n1),
        n=int(n0 + n1),
        method=f"proportion of {question.metric.name}, larger of Welch's and the null standard error",
    )
    rarest = min(control.events, treatment.events, n0 - control.events, n1 - treatment.events)
    exact = compute_exact_z(control, treatment) if rarest < FEW else None
    return build_reading(question, seen, earlier, exact)


def compute_exact_z(control: Count, treatment: Count) -> float:
    """Fisher's exact one-sided tail in the direction seen, as a z value; the total of successes is given."""
    from scipy.stats import hypergeom  # noqa: PLC0415 - slow to import, and few commands ask

    total, successes = int(control.of + treatment.of), int(control.events + treatment.events)
    given = hypergeom(total, successes, int(treatment.of))
    above = treatment.rate >= control.rate
    tail = float(given.sf(treatment.events - 1) if above else given.cdf(treatment.events))
    z = max(0.0, -float(ndtri(min(1.0, tail))))
    return z if above else -z


def build_reading(
    question: ComparisonPlan, seen: DifferenceEstimate, earlier: Reading | None, exact: float | None = None
) -> Reading:
    """Return the reading of one look, combined with the previous one.

    Args:
        question: what is asked.
        seen: the difference so far.
        earlier: the reading before this one; where it has decided, its corrected estimates stay.
        exact: z value of an exact test, where there is one; the interval does not leave out 0 against it.
    """
    design, left = question.design, SequentialInterval.from_look(seen, question.design, question.planned)
    fraction, known = left.fraction, isfinite(left.low) or isfinite(left.high)
    z = seen.estimate / seen.error if known else 0.0
    half = min(left.high - seen.estimate, seen.estimate - left.low)
    low, high, p_value = left.low, left.high, left.p_value
    if exact is not None:
        z = min(z, exact, key=abs)
        p_value = float(design.p_value(z, fraction)) if known else 1.0
        if abs(exact) * seen.error < half:
            low, high = min(low, 0.0), max(high, 0.0)
    stopped = known and abs(z) * seen.error >= half and (earlier is None or not earlier.decided)
    verdict: Verdict = decide_verdict(low, high, margin=question.margin, better=question.better)
    if verdict == "hold" and known and design.is_futile(z, fraction):
        verdict = "out of reach"
    now = Reading(
        estimate=seen.estimate,
        low=low,
        high=high,
        level=1 - design.alpha,
        p_value=p_value,
        n=seen.n,
        fraction=fraction,
        median=estimate_median_unbiased(design, z, fraction) * seen.error if stopped else seen.estimate,
        given_stop=estimate_given_stop(design, z, fraction) * seen.error if stopped else seen.estimate,
        margin=question.margin,
        better=question.better,
        verdict=verdict,
        method=f"{seen.method}; {HOW[type(design).__name__]}",
        assumptions=(AT_ONCE, LARGE),
    )
    return now.after(earlier)
