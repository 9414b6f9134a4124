"""Simultaneous intervals for several metrics, or for several arms against one control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtrit

from starcase.inference.arms.contrast import Contrast, build_absolute_effect, compute_contrast
from starcase.inference.arms.metric import DeltaMetric, fit_covariate_slope
from starcase.inference.effect import Effect
from starcase.inference.moments import Moments

FloatArray = npt.NDArray[np.float64]
DRAWS = 50_000
BONFERRONI_BELOW = 0.01


def compare_jointly(
    metrics: Sequence[DeltaMetric], control: Moments, treatment: Moments, *, level: float = 0.95, seed: int = 0
) -> tuple[Effect, ...]:
    """Return the differences of several metrics with simultaneous intervals of coverage ``level``.

    Metrics of the same units move together, and the largest of dependent errors is smaller than that of independent
    ones: the intervals are narrower than Bonferroni's. P-values are adjusted in the same way: a metric's is below
    1 - level exactly where its interval leaves out 0.

    Args:
        metrics: what is compared.
        control: moments of the control arm.
        treatment: moments of the treatment arm.
        level: the chance that every interval covers.
        seed: of the draws from the joint distribution of the errors.

    Source: Hothorn, Bretz & Westfall (2008), Simultaneous inference in general parametric models, Biom. J. 50.

    >>> from starcase.inference import Mean, compute_arm_moments
    >>> rng = np.random.default_rng(1)
    >>> arms = compute_arm_moments({"a": rng.normal(size=400), "b": rng.normal(size=400)}, np.arange(400) % 2, 2)
    >>> [effect.p_value > 0.05 for effect in compare_jointly([Mean("a"), Mean("b")], *arms)]
    [True, True]
    """
    found = [compute_contrast(metric, control, treatment) for metric in metrics]
    return adjust_jointly(found, compute_correlation(metrics, control, treatment), "metrics", level, seed)


def compare_to_control(
    metric: DeltaMetric, control: Moments, arms: Mapping[str, Moments], *, level: float = 0.95, seed: int = 0
) -> dict[str, Effect]:
    """Return the differences of several arms to one control with simultaneous intervals of coverage ``level``.

    An unlucky control makes every arm look good at once, so the comparisons move together; p-values are adjusted alike.
    How good the best of the arms is, is a question of its own: see ``estimate_best``.

    Args:
        metric: what is compared.
        control: moments of the control arm.
        arms: name to moments of the other arms.
        level: the chance that every interval covers.
        seed: of the draws from the joint distribution of the errors.

    Source: Dunnett (1955), A multiple comparison procedure for comparing several treatments with a control, JASA 50;
    with unequal variances as in Hothorn, Bretz & Westfall (2008).

    >>> from starcase.inference import Mean
    >>> rng = np.random.default_rng(1)
    >>> arms = {name: Moments.from_columns({"y": rng.normal(size=300)}) for name in ("control", "a", "b")}
    >>> list(compare_to_control(Mean("y"), arms.pop("control"), arms))
    ['a', 'b']
    """
    found = [compute_contrast(metric, control, arm) for arm in arms.values()]
    errors = np.array([one.standard_error for one in found])
    shared = np.array([one.control_variance**0.5 for one in found])
    covariances = np.outer(shared, shared)
    np.fill_diagonal(covariances, errors**2)
    safe = np.where(errors > 0, errors, 1.0)
    return dict(zip(arms, adjust_jointly(found, covariances / np.outer(safe, safe), "arms", level, seed), strict=True))


def adjust_jointly(
    found: Sequence[Contrast], correlations: FloatArray, what: str, level: float, seed: int
) -> tuple[Effect, ...]:
    """Return contrasts with jointly adjusted intervals and p-values."""
    largest = sample_largest_errors(correlations, seed)
    effects = []
    for one in found:
        plain = build_absolute_effect(one, level=level)
        if not one.standard_error:
            effects.append(plain)
            continue
        half = convert_to_t(find_critical_value(largest, len(found), level), one.freedom) * one.standard_error
        effects.append(
            replace(
                plain,
                low=one.difference - half,
                high=one.difference + half,
                p_value=adjust_p_value(plain.p_value, largest, len(found)),
                method=f"{plain.method}, {len(found)} {what} at once (largest of joint errors)",
            )
        )
    return tuple(effects)


def compute_correlation(metrics: Sequence[DeltaMetric], control: Moments, treatment: Moments) -> FloatArray:
    """How the errors of the metrics' differences move together, (k, k)."""
    total = np.zeros((len(metrics), len(metrics)))
    for arm in (control, treatment):
        gradients = np.zeros((len(metrics), len(arm.names)))
        for row, metric in zip(gradients, metrics, strict=True):
            line = metric.linearize(arm)
            np.add.at(row, [arm.index(name) for name in line.columns], line.gradient)
            if metric.given:
                np.add.at(
                    row, [arm.index(name) for name in metric.given], -fit_covariate_slope(metric, control + treatment)
                )
        total += gradients @ arm.covariances(arm.names) @ gradients.T / arm.n
    sizes = np.sqrt(np.maximum(total.diagonal(), 0.0))
    safe = np.where(sizes > 0, sizes, 1.0)
    correlations: FloatArray = total / np.outer(safe, safe)
    return correlations


def sample_largest_errors(correlations: FloatArray, seed: int) -> FloatArray:
    """Draws of the largest absolute error among the metrics, in standard errors, ascending."""
    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn = np.random.default_rng(seed).normal(size=(DRAWS, correlations.shape[0])) @ root.T
    return np.sort(np.abs(drawn).max(axis=1))


def find_critical_value(largest: FloatArray, k: int, level: float) -> float:
    """Return the joint critical value; Bonferroni's far in the tail, where draws are too few."""
    alpha = 1 - level
    bonferroni = float(ndtri(1 - alpha / (2 * k)))
    return (
        bonferroni
        if alpha < BONFERRONI_BELOW
        else min(bonferroni, float(largest[min(largest.size - 1, int(level * largest.size))]))
    )


def adjust_p_value(p_value: float, largest: FloatArray, k: int) -> float:
    """The chance that the largest of all errors is at least as large as this one."""
    bonferroni = min(1.0, k * p_value)
    if bonferroni < BONFERRONI_BELOW:
        return bonferroni
    z = float(-ndtri(p_value / 2))
    return min(bonferroni, float(1 - np.searchsorted(largest, z) / largest.size))


def convert_to_t(z: float, freedom: float) -> float:
    """The bound of Student's t that has the same chance as a normal one."""
    return float(-stdtrit(freedom, ndtr(-z)))
