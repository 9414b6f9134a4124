"""Aggregation of rows to units: what was assigned by unit must be analysed by unit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.finite_values import require_finite
from starcase.inference.moments import FloatArray, read_columns

IntArray = npt.NDArray[np.int64]
ROWS = "rows"
DENSE = 4


def sum_by_unit(units: npt.ArrayLike, columns: Mapping[str, npt.ArrayLike]) -> dict[str, FloatArray]:
    """Return the sum of each column over the rows of each unit, and the number of rows.

    ``Ratio("clicks", "rows")`` of the result is the mean by row with the variance between units, which rows of a
    sticky unit need.

    Args:
        units: (n_rows,) whose row it is; numbers or text.
        columns: name to (n_rows,) values; none may be called ``rows``.

    Returns:
        Name to (n_units,) sums, units in ascending order, and ``rows``.

    Raises:
        DataError: columns differ in length or are called ``rows``, or a value is NaN or infinite; the row is named.

    >>> sum_by_unit(["b", "a", "b"], {"clicks": [1, 5, 2]})["clicks"].tolist()
    [5.0, 3.0]
    """
    arrays = read_columns({ROWS: np.zeros(np.asarray(units).size, dtype=bool), **columns})
    if ROWS in columns:
        raise DataError(
            "a column has the name reserved for the number of rows", where=ROWS, mend="give it another name"
        )
    for name, values in arrays.items():
        require_finite(values, f"a value of {name}")
    codes, count = encode_units(units)
    return {
        name: np.bincount(codes, values if name in columns else None, count).astype(np.float64)
        for name, values in arrays.items()
    }


def find_unit_arms(units: npt.ArrayLike, arm: npt.ArrayLike) -> IntArray:
    """Return the arm of each unit, units in ascending order.

    Raises:
        DataError: a unit was in two arms.

    >>> find_unit_arms(["b", "a", "b"], [1, 0, 1]).tolist()
    [0, 1]
    """
    codes, count = encode_units(units)
    arms = np.asarray(arm, dtype=np.int64)
    if arms.shape != codes.shape:
        raise DataError("each row needs one arm", where=f"{codes.size} rows, {arms.size} arms")
    found = np.zeros(count, dtype=np.int64)
    found[codes] = arms
    crossed = np.flatnonzero(found[codes] != arms)
    if crossed.size:
        raise DataError(
            "a unit was in two arms",
            where=f"unit {np.asarray(units)[crossed[0]]}, row {crossed[0]}",
            mend="drop such units, and count them with check_crossover",
        )
    return found


def encode_units(units: npt.ArrayLike) -> tuple[IntArray, int]:
    """Each row's unit as 0 .. k - 1 in ascending order of the units, and k."""
    names = np.asarray(units)
    if names.ndim != 1:
        raise DataError("units must be a one-dimensional array with one name a row", where=f"shape {names.shape}")
    if names.dtype.kind in "iu" and names.size and names.min() >= 0 and int(names.max()) < DENSE * names.size:
        there = np.bincount(names) > 0
        return (np.cumsum(there) - 1)[names].astype(np.int64), int(there.sum())
    kept, codes = np.unique(names, return_inverse=True)
    return codes.astype(np.int64), kept.size
