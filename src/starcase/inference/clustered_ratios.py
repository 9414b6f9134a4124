"""Differences between two ways of serving in a ratio of sums, with rows clustered in units."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.anytime.sequential_interval import DifferenceEstimate
from starcase.inference.finite_values import require_finite

FloatArray = npt.NDArray[np.float64]
LEAST_UNITS = 2
SMALLEST = 1e-140
PAIRED = "quotients of sums over the same units, larger of the error seen and that of coins for signs"
RAMPED = "quotients of sums by unit within stages, larger of the error within arms and that of chance assignment"


def compare_paired_ratios(
    numerators: FloatArray, denominators: FloatArray, *, unseen: float = 0.0
) -> DifferenceEstimate | None:
    """Compare two answers to the same requests by the difference of their ratios of sums.

    Args:
        numerators: (n_units, 2) sums by unit, control first.
        denominators: (n_units, 2) not negative.
        unseen: variance of a numerator's sum from rows whose outcome was not seen, in the numerator's unit squared.

    Returns:
        None where fewer than two units count, or no two answers differ and nothing is unseen: nothing is known of
        chance then.

    Raises:
        DataError: shapes differ, a number is not finite, or a denominator is negative.

    Source: Deng, Knoblich & Lu (2018), Applying the delta method in metric analytics, KDD; under no effect the sign of
    each unit's difference is a coin, so its square is its variance (Fisher's randomisation by signs).

    >>> rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    >>> compare_paired_ratios(rows, np.full((4, 2), 10.0)).estimate
    0.0
    """
    _check_sums(numerators, denominators, 2)
    above, below = numerators.sum(axis=0), denominators.sum(axis=0)
    units = int(np.count_nonzero(denominators.any(axis=1)))
    if units < LEAST_UNITS or not (below > 0).all():
        return None
    quotient, both = above / below, float(above.sum() / below.sum())
    seen = _subtract_control((numerators - quotient * denominators) / below)
    none = _subtract_control((numerators - both * denominators) / below)
    further = max(float(np.max(none**2)), unseen / float(below.min()) ** 2)
    variance = max(float(seen @ seen) * units / (units - 1), float(none @ none) + further)
    return _build_estimate(float(quotient[1] - quotient[0]), variance, units, PAIRED)


def _build_estimate(estimate: float, variance: float, units: int, method: str) -> DifferenceEstimate | None:
    """Return the difference with the inverse of its variance as information; None where the variance is unknown."""
    if not variance > 0:
        return None
    return DifferenceEstimate(estimate=estimate, error=sqrt(variance), information=1 / variance, n=units, method=method)


def _check_sums(numerator: FloatArray, denominator: FloatArray, width: int) -> None:
    if numerator.ndim != 2 or numerator.shape != denominator.shape or numerator.shape[1] != width:  # noqa: PLR2004
        raise DataError(
            f"each unit needs {width} numerators and denominators", where=f"{numerator.shape} and {denominator.shape}"
        )
    require_finite(numerator, "a numerator")
    bad = (require_finite(denominator, "a denominator") < 0) | ((denominator > 0) & (denominator < SMALLEST))
    if bad.any():
        row = int(bad.any(axis=1).argmax())
        raise DataError("a denominator is negative, or too small to be squared", where=f"row {row}")


def _subtract_control(pulls: FloatArray) -> FloatArray:
    difference: FloatArray = pulls[:, 1] - pulls[:, 0]
    return difference


def compare_staged_ratios(
    numerator: FloatArray,
    denominator: FloatArray,
    treated: npt.NDArray[np.bool_],
    share: FloatArray,
    *,
    unseen: tuple[float, float] = (0.0, 0.0),
) -> DifferenceEstimate | None:
    """Compare two arms over stages or cohorts in which the treatment has different shares of the units.

    Each stage is compared within itself, so that a trend of time does not pass for an effect, and stages weigh as in
    Mantel and Haenszel. A unit may be in the control where the share is small and in the treatment where it is larger;
    its rows stay one cluster. The error is the larger of two: from the residuals within arms, and over all ways in
    which the units could have been assigned if no answer had made a difference, with what was not seen added. The
    second one draws on both arms, so that an arm in which nothing has happened yet does not pass for certain.

    Args:
        numerator: (n_units, n_stages) sums by unit.
        denominator: (n_units, n_stages) not negative; 0 where a unit has no row.
        treated: (n_units, n_stages) whether the unit was in the treatment.
        share: (n_stages,) the treatment's share of units; who is treated at one share is treated at every larger one.
        unseen: variance of the sum of numerators, in control and treatment, from rows whose outcome was not seen.

    Returns:
        None where no stage has both arms, or nothing varies and nothing is unseen.

    Raises:
        DataError: shapes differ, a number is not finite, a denominator is negative, or a share is none.

    Source: Mantel & Haenszel (1959), JNCI 22, with Greenland & Robins' (1985) risk difference; Deng, Knoblich & Lu
    (2018) for units; Imbens & Rubin (2015), Causal Inference, ch. 5 (randomisation under the sharp null).

    >>> harmed, treated = np.array([[1.0], [0.0], [1.0], [1.0]]), np.array([[False], [False], [True], [True]])
    >>> apart = compare_staged_ratios(harmed, np.ones((4, 1)), treated, np.array([0.5]))
    >>> apart.estimate
    0.5
    """
    _check_sums(numerator, denominator, share.size)
    if treated.shape != numerator.shape or not ((share >= 0) & (share <= 1)).all():
        raise DataError("each stage has one share in [0, 1]", where=f"shares {share.tolist()}, arms {treated.shape}")
    below = np.stack([(denominator * ~treated).sum(axis=0), (denominator * treated).sum(axis=0)])
    usable = (below > 0).all(axis=0) & (share > 0) & (share < 1)
    if not usable.any():
        return None
    numerator, denominator, treated, share, below = (
        numerator[:, usable], denominator[:, usable], treated[:, usable], share[usable], below[:, usable]
    )  # fmt: skip
    above = np.stack([(numerator * ~treated).sum(axis=0), (numerator * treated).sum(axis=0)])
    weight = below[0] * below[1] / below.sum(axis=0)
    weight = weight / weight.sum()
    quotient = above / below
    value = float(weight @ (quotient[1] - quotient[0]))
    units = int(np.count_nonzero(denominator.any(axis=1)))
    pulls = weight / below * np.array([[-1.0], [1.0]])
    seen = np.where(treated, pulls[1] * (numerator - quotient[1] * denominator), 0.0)
    seen += np.where(treated, 0.0, pulls[0] * (numerator - quotient[0] * denominator))
    by_unit = _compute_null_variance(numerator - above.sum(axis=0) / below.sum(axis=0) * denominator, pulls, share)
    further = max(float(by_unit.max(initial=0.0)), float(np.dot(unseen, (pulls**2).max(axis=1))))
    variance = max(float(np.sum(seen.sum(axis=1) ** 2)), float(by_unit.sum()) + further)
    return _build_estimate(value, variance, units, RAMPED)


def _compute_null_variance(residual: FloatArray, pulls: FloatArray, share: FloatArray) -> FloatArray:
    """Return the (n_units,) contributions to the variance, from the first stage in which each unit could be treated."""
    stages = share.size
    rising = np.argsort(share, kind="stable")
    residual, pulls = residual[:, rising], pulls[:, rising]
    first = np.diff(share[rising], prepend=0.0, append=1.0)
    total = np.zeros(residual.shape[0])
    for start, chance in enumerate(first):
        pull = np.where(np.arange(stages) >= start, pulls[1], pulls[0])
        total += chance * (residual @ pull) ** 2
    return total
