"""Blocks of rows in time, resampled as a whole."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.units import IntArray, encode_units

MOST = 2.0**62


def assign_time_blocks(times: npt.ArrayLike, width: float) -> IntArray:
    """The block of each row, 0 .. k - 1 in the order of time; for ``Resampling``.

    What lasts shorter than a block stays inside it, so errors of neighbouring rows that move together do not make the
    interval too narrow. A block should be several times as long as that, and there should be 20 blocks or more.

    Args:
        times: (n_rows,) in any order.
        width: length of a block, in the same unit, positive.

    Raises:
        DataError: a time is not finite, or the width is none or too small.

    Source: Lahiri (2003), Resampling methods for dependent data, ch. 2 (non-overlapping blocks: Carlstein 1986).

    >>> assign_time_blocks([10, 55, 12, 31], 20).tolist()
    [0, 2, 0, 1]
    """
    read = np.asarray(times)
    if read.ndim != 1 or read.dtype.kind not in "fiu" or not np.isfinite(read).all():
        raise DataError("blocks need one finite time a row", where=f"shape {read.shape}, type {read.dtype}")
    if not (np.isfinite(width) and width > 0):
        raise DataError("a block has a positive length", where=f"width {width}")
    if not read.size:
        return np.zeros(0, dtype=np.int64)
    blocks = np.floor((read - read.min()) / width)
    if not blocks.max() < MOST:
        raise DataError("the blocks are too many to be numbered", where=f"width {width}", mend="use longer blocks")
    return encode_units(blocks.astype(np.int64))[0]
