"""A check that values are finite and can be squared."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError

FloatArray = npt.NDArray[np.float64]
LARGEST = 1e140


def require_finite(values: npt.ArrayLike, what: str) -> FloatArray:
    """Return the values as an array; refuse NaN, infinite values, and values whose square overflows.

    Args:
        values: of any shape.
        what: what one of them is, for the error: ``"a loss"``.

    Raises:
        DataError: one is none of this; its place is named.

    >>> require_finite([1, 2], "a loss").tolist()
    [1.0, 2.0]
    """
    read = np.asarray(values, dtype=np.float64)
    bad = ~(np.abs(read) < LARGEST)
    if bad.any():
        place = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(bad)))
        value = float(np.atleast_1d(read)[place])
        known = np.isfinite(value)
        raise DataError(
            f"{what} is too large to be squared" if known else f"{what} is not a finite number",
            where=f"row {', '.join(map(str, place))}",
            why=f"it is {value:g}",
            mend="rescale it" if known else "leave it out, and say how many there are",
        )
    return read
