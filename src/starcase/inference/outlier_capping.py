"""Outlier capping at a quantile, for every column on the same units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.finite_values import require_finite
from starcase.inference.moments import FloatArray, read_columns


def cap_outliers(columns: Mapping[str, npt.ArrayLike], *, share: float) -> dict[str, FloatArray]:
    """Return columns with values above a quantile replaced by it; no unit is dropped.

    Pass both arms together, and numerator and denominator of a ratio together: caps computed on different units in the
    two arms, or in numerator and denominator, create a spurious difference.

    Args:
        columns: name to (n_units,) values of one row a unit, both arms.
        share: the part of units that keeps its value, in (0, 1): 0.99 caps one in a hundred.

    Raises:
        DataError: columns differ in length, a value is not finite, there is no unit, or the share is none.

    >>> cap_outliers({"spent": [1, 2, 3, 90], "orders": [1, 1, 1, 1]}, share=0.75)["spent"].tolist()
    [1.0, 2.0, 3.0, 3.0]
    """
    arrays = {name: require_finite(values, f"a value of {name}") for name, values in read_columns(columns).items()}
    if not 0 < share < 1:
        raise DataError("the share of units below the cap must be in (0, 1)", where=f"share {share}")
    if not next(iter(arrays.values())).size:
        raise DataError("there are no units to cap")
    return {name: np.minimum(values, np.quantile(values, share, method="lower")) for name, values in arrays.items()}
