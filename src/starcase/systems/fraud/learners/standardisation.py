"""Mean and standard deviation of features, without missing values."""

from __future__ import annotations

import numpy as np

from starcase.systems.fraud.arrays import FloatArray


def compute_mean_and_spread(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each feature, (n, d) to (d,) and (d,); a constant feature has spread 1.

    >>> centres, spread = compute_mean_and_spread(np.array([[1.0, np.nan], [3.0, np.nan]]))
    >>> centres.tolist(), spread.tolist()
    ([2.0, 0.0], [1.0, 1.0])
    """
    missing = np.isnan(x)
    counts = np.maximum((~missing).sum(axis=0), 1)
    centres = np.where(missing, 0.0, x).sum(axis=0) / counts
    deviations = np.where(missing, 0.0, x - centres)
    spread = np.sqrt((deviations**2).sum(axis=0) / counts)
    return centres, np.where(spread > 0, spread, 1.0)
