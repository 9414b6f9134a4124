"""Many questions asked at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """P-values adjusted so that comparing each with alpha keeps the chance of any false alarm at alpha.

    Args:
        p_values: (k,) p-values, in [0, 1], dependent in any way.

    Raises:
        ValueError: a value lies outside [0, 1] or is NaN.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.size and not (np.all(p >= 0) and np.all(p <= 1)):
        raise ValueError("p-values lie in [0, 1]")
    order = np.argsort(p, kind="stable")
    factors = np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * factors)) if p.size else p
    return adjusted
