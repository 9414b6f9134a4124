"""P-values and e-values of many questions, adjusted so that each may be compared with alpha."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """Return p-values adjusted so that the family-wise error rate is at most alpha.

    Args:
        p_values: (k,) p-values, in [0, 1], dependent in any way.

    Raises:
        ValueError: a value lies outside [0, 1] or is NaN.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = require_p_values(p_values)
    order = np.argsort(p, kind="stable")
    factors = np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * factors)) if p.size else p
    return adjusted


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """Return p-values adjusted so that the false discovery rate is at most alpha.

    Args:
        p_values: (k,) p-values, in [0, 1], independent or positively dependent.

    Raises:
        ValueError: a value lies outside [0, 1] or is NaN.

    Source: Benjamini & Hochberg (1995), Controlling the false discovery rate, JRSS-B 57.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    return step_up(require_p_values(p_values))


def e_benjamini_hochberg(e_values: npt.ArrayLike) -> FloatArray:
    """E-values turned into p-values adjusted as by Benjamini and Hochberg, right under any dependence.

    Args:
        e_values: (k,) e-values, 0 or more; infinite is certain.

    Raises:
        ValueError: a value is negative or NaN.

    Source: Wang & Ramdas (2022), False discovery rate control with e-values, JRSS-B 84.

    >>> e_benjamini_hochberg([80.0, 45.0, 2.0, 0.0]).tolist()
    [0.044444444444444446, 0.044444444444444446, 0.6666666666666666, 1.0]
    """
    e = np.asarray(e_values, dtype=np.float64)
    if e.ndim != 1 or not np.all(e >= 0):
        raise ValueError("e-values are numbers, 0 or more")
    with np.errstate(divide="ignore"):
        return step_up(1 / e)


def step_up(p: FloatArray) -> FloatArray:
    """The smallest of k p(j) / j over all j from a value's own rank on."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    raised = p[order] * p.size / np.arange(1, p.size + 1)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
    return adjusted


def require_p_values(p_values: npt.ArrayLike) -> FloatArray:
    """Return valid p-values.

    Raises:
        ValueError: a value lies outside [0, 1] or is NaN.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not (np.all(p >= 0) and np.all(p <= 1)):
        raise ValueError("p-values lie in [0, 1]")
    return p
