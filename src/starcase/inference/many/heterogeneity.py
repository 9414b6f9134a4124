"""Evidence that an effect is not the same in all segments, at every look."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
FAR_APART = 1e-100
LARGEST_LOG = 700.0


def compute_heterogeneity(estimates: npt.ArrayLike, errors: npt.ArrayLike, *, spreads: npt.ArrayLike) -> float:
    """Return the e-value against one common effect; 1 over the largest so far is a p-value over all looks.

    It is how much likelier the differences between segments are if true effects are spread by some amount than if they
    are not spread at all, averaged over the amounts given. The common effect drops out: only differences count.

    Args:
        estimates: (k,) effect in each segment.
        errors: (k,) standard errors, above 0.
        spreads: (s,) standard deviations between segments to be looked for, the same at every look, above 0.

    Raises:
        ValueError: fewer than two segments, unequal lengths, or errors or spreads that are not above 0 or lie beyond
            1e100 times one another.

    Source: Pérez-Ortiz, Lardy, de Heide & Grünwald (2024), E-statistics, group invariance and anytime-valid testing,
    Ann. Statist. 52; the likelihood is that of restricted maximum likelihood (Patterson & Thompson, 1971, Biometrika).

    >>> round(compute_heterogeneity([0.0, 0.0, 4.0], [1.0, 1.0, 1.0], spreads=[2.0]), 2)
    14.26
    """
    y, error, spread = (np.asarray(values, dtype=np.float64) for values in (estimates, errors, spreads))
    if y.ndim != 1 or y.size < 2 or y.shape != error.shape or not np.isfinite(y).all():  # noqa: PLR2004
        raise ValueError("each of two or more segments needs one estimate and one error")
    if spread.ndim != 1 or not spread.size or not (error > 0).all() or not (spread > 0).all():
        raise ValueError("errors and spreads lie above 0")
    scale = max(error.max(), spread.max())
    if not min(error.min(), spread.min()) > scale * FAR_APART or not np.abs(y).max() < scale / FAR_APART:
        raise ValueError("estimates, errors and spreads lie too far apart to be compared")
    y, error, spread = y / scale, error / scale, spread / scale
    none = _compute_log_likelihood(y, error[None] ** 2)
    some = _compute_log_likelihood(y, error**2 + spread[:, None] ** 2)
    return float(np.exp(min(LARGEST_LOG, np.logaddexp.reduce(some - none) - np.log(spread.size))))


def _compute_log_likelihood(y: FloatArray, variances: FloatArray) -> FloatArray:
    """(s,) the logarithm of the likelihood of what does not depend on the common effect, up to a constant."""
    precision = (1 / variances).sum(axis=1)
    centre = (y / variances).sum(axis=1) / precision
    apart = (y - centre[:, None]) ** 2 / variances
    value: FloatArray = -0.5 * (np.log(precision) + (np.log(variances) + apart).sum(axis=1))
    return value
