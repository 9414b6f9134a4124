"""Undersampling: all frauds and a weighted sample of the legitimate rows."""

from __future__ import annotations

import numpy as np

from starcase.systems.fraud.arrays import FloatArray, IntArray


def sample_legitimate(y: FloatArray, legitimate: int, rng: np.random.Generator) -> tuple[IntArray, FloatArray]:
    """Return the sampled row numbers in order, and the weight of each.

    Args:
        y: (n,) 1 fraud, 0 legitimate.
        legitimate: at most this many legitimate rows are kept.
        rng: draws them.

    >>> rows, weights = sample_legitimate(np.array([0., 0., 0., 1., 0.]), 2, np.random.default_rng(0))
    >>> 3 in rows, float(weights.sum())
    (True, 5.0)
    """
    honest = np.flatnonzero(y == 0)
    if honest.size <= legitimate:
        return np.arange(y.size), np.ones(y.size)
    kept = rng.choice(honest, size=legitimate, replace=False)
    rows = np.sort(np.concatenate([kept, np.flatnonzero(y == 1)]))
    return rows, np.where(y[rows] == 0, honest.size / legitimate, 1.0)
