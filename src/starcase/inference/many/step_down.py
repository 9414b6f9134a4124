"""Step-down adjustment of many comparisons on shared bootstrap draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from starcase.inference.effect import check_level

FloatArray = npt.NDArray[np.float64]
DEFINED = 0.95


def step_down(estimates: npt.ArrayLike, replicates: FloatArray) -> FloatArray:
    """Two-sided p-values of many estimates against zero, adjusted so that any false alarm has the chance alpha at most.

    The estimates are compared with the largest of all studentized deviations under the same weightings, so that what
    they share (the same units, the same candidates) costs nothing, and the smallest p-value that can be reached is one
    over ``draws`` + 1 however many questions there are. An estimate that is not finite, or undefined in more than one
    draw in twenty, gets 1 and takes no part.

    Args:
        estimates: (k,) on the rows as they are.
        replicates: (k, draws) each under the same weightings.

    Returns:
        (k,) adjusted p-values.

    Raises:
        ValueError: the shapes do not fit.

    Source: Romano & Wolf (2005), Exact and approximate stepdown methods for multiple hypothesis testing, JASA 100.

    >>> rng = np.random.default_rng(1)
    >>> step_down([3.0, 0.1], np.array([[3.0], [0.1]]) + rng.normal(size=(2, 999))).round(2).tolist()
    [0.01, 0.92]
    """
    part = _DefinedEstimates.from_estimates(estimates, replicates)
    adjusted = np.ones(part.k)
    if part.places.size:
        adjusted[part.places] = _Steps.from_replicates(part.estimates, part.replicates).compute_p_values()
    return adjusted


def compute_step_down_intervals(estimates: npt.ArrayLike, replicates: FloatArray, *, level: float) -> FloatArray:
    """Intervals that agree with ``step_down``: zero is left out exactly where the p-value is at most 1 - level.

    Each estimate is given the critical value of the step that decided on it. Those not shown different hold together
    with the chance ``level``; one that is shown different holds with that chance taken alone, at the least, and the
    chance that any of them wrongly leaves out zero is 1 - ``level`` at most.

    Args:
        estimates: (k,) on the rows as they are.
        replicates: (k, draws) each under the same weightings.
        level: coverage, ``0.95``.

    Returns:
        (k, 2) lower and upper ends; NaN where an estimate took no part.

    Raises:
        ValueError: the shapes do not fit, or the level is no coverage.

    Source: Romano & Wolf (2005), see ``step_down``; their studentized deviations turned into intervals.

    >>> rng = np.random.default_rng(1)
    >>> drawn = np.array([[3.0], [0.1]]) + rng.normal(size=(2, 999))
    >>> compute_step_down_intervals([3.0, 0.1], drawn, level=0.95).round(1).tolist()
    [[0.7, 5.3], [-1.9, 2.1]]
    """
    check_level(level)
    part = _DefinedEstimates.from_estimates(estimates, replicates)
    ends = np.full((part.k, 2), np.nan)
    if part.places.size:
        steps = _Steps.from_replicates(part.estimates, part.replicates)
        critical = steps.critical(1 - level)
        reach = np.multiply(critical, steps.scale, out=critical.copy(), where=np.isfinite(critical))
        both = np.stack([part.estimates - reach, part.estimates + reach], axis=1)
        ends[part.places] = both * part.sizes[:, None]
    return ends


@dataclass(frozen=True, slots=True)
class _DefinedEstimates:
    """The defined estimates, each scaled by its own size to avoid overflow.

    Args:
        k: how many there are in all.
        places: (m,) which of them take part.
        sizes: (m,) the unit of each.
        estimates: (m,) in that unit.
        replicates: (m, draws) in that unit; NaN where a draw is undefined.
    """

    k: int
    places: npt.NDArray[np.intp]
    sizes: FloatArray
    estimates: FloatArray
    replicates: FloatArray

    @classmethod
    def from_estimates(cls, estimates: npt.ArrayLike, replicates: FloatArray) -> Self:
        every = np.asarray(estimates, dtype=np.float64)
        if every.ndim != 1 or replicates.ndim != 2 or replicates.shape[0] != every.size:  # noqa: PLR2004
            raise ValueError(f"{every.shape} estimates with replicates of shape {replicates.shape}")
        if not replicates.shape[1]:
            raise ValueError("estimates need at least one draw")
        drawn = np.isfinite(replicates)
        places = np.flatnonzero(np.isfinite(every) & (drawn.mean(axis=1) >= DEFINED))
        some, kept = every[places], np.where(drawn[places], replicates[places], np.nan)
        sizes = np.maximum(np.abs(some), np.nanmax(np.abs(kept), axis=1)) if places.size else some
        sizes = np.where(sizes > 0, np.exp2(np.floor(np.log2(np.where(sizes > 0, sizes, 1.0)))), 1.0)
        return cls(every.size, places, sizes, some / sizes, kept / sizes[:, None])


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of the procedure: from the largest studentized estimate down, each against the maximum of the rest.

    Args:
        scale: (k,) spread of each estimate.
        observed: (k,) studentized estimates.
        order: (k,) from the clearest to the least clear.
        largest: (k, draws) in that order.
    """

    scale: FloatArray
    observed: FloatArray
    order: npt.NDArray[np.intp]
    largest: FloatArray

    @classmethod
    def from_replicates(cls, estimates: FloatArray, replicates: FloatArray) -> Self:
        scale = np.nanstd(replicates, axis=1, ddof=1)
        observed = _studentize(np.abs(estimates), scale)
        deviations = np.nan_to_num(_studentize(np.abs(replicates - estimates[:, None]), scale[:, None]), posinf=np.inf)
        order = np.argsort(-observed, kind="stable")
        return cls(scale, observed, order, np.maximum.accumulate(deviations[order[::-1]], axis=0)[::-1])

    def compute_p_values(self) -> FloatArray:
        """Return the adjusted p-values in the order of the estimates."""
        reached = (self.largest >= self.observed[self.order, None]).sum(axis=1)
        adjusted = np.empty_like(self.observed)
        adjusted[self.order] = np.maximum.accumulate((reached + 1) / (self.largest.shape[1] + 1))
        return adjusted

    def critical(self, alpha: float) -> FloatArray:
        """Return the critical values of the studentized estimates; the first step without a rejection is the last."""
        draws = self.largest.shape[1]
        allowed = int((np.arange(1, draws + 1) / (draws + 1) <= alpha).sum())
        if allowed == 0:
            return np.full_like(self.observed, np.inf)
        by_step = np.sort(self.largest, axis=1)[:, draws - allowed]
        shown = self.compute_p_values()[self.order] <= alpha
        last = min(int(shown.sum()), by_step.size - 1)
        critical = np.empty_like(self.observed)
        critical[self.order] = by_step[np.minimum(np.arange(by_step.size), last)]
        return critical


def _studentize(deviation: FloatArray, scale: FloatArray) -> FloatArray:
    """Return deviations over their spread; with zero spread, 0 for no deviation and infinite otherwise."""
    flat = np.where(deviation > 0, np.inf, 0.0)
    return np.divide(deviation, scale, out=flat, where=np.broadcast_to(scale > 0, deviation.shape))
