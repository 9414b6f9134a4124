"""Many comparisons drawn together: which of them hold, when all were asked at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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
    estimated = np.asarray(estimates, dtype=np.float64)
    if estimated.ndim != 1 or replicates.ndim != 2 or replicates.shape[0] != estimated.size:  # noqa: PLR2004
        raise ValueError(f"{estimated.shape} estimates with replicates of shape {replicates.shape}")
    adjusted = np.ones(estimated.size)
    defined = np.isfinite(estimated) & (np.isfinite(replicates).mean(axis=1) >= DEFINED)
    places = np.flatnonzero(defined)
    if places.size:
        adjusted[places] = _adjusted(estimated[places], replicates[places])
    return adjusted


def _adjusted(estimates: FloatArray, replicates: FloatArray) -> FloatArray:
    scale = np.nanstd(replicates, axis=1, ddof=1)
    observed = _studentized(np.abs(estimates), scale)
    deviations = np.nan_to_num(_studentized(np.abs(replicates - estimates[:, None]), scale[:, None]), posinf=np.inf)
    order = np.argsort(-observed, kind="stable")
    largest = np.maximum.accumulate(deviations[order[::-1]], axis=0)[::-1]
    reached = (largest >= observed[order, None]).sum(axis=1)
    adjusted = np.empty_like(observed)
    adjusted[order] = np.maximum.accumulate((reached + 1) / (replicates.shape[1] + 1))
    return adjusted


def _studentized(deviation: FloatArray, scale: FloatArray) -> FloatArray:
    """Deviations in units of their spread; what never varies is 0 at no deviation, infinite at any."""
    flat = np.where(deviation > 0, np.inf, 0.0)
    return np.divide(deviation, scale, out=flat, where=np.broadcast_to(scale > 0, deviation.shape))
