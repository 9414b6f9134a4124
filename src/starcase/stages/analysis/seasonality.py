"""Estimate seasonal shares, only from logs with enough full cycles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from starcase.errors import NotIdentifiable
from starcase.tables.clock import DAY

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
FULL_CYCLES = 2
COVERED = 0.5


def compute_seasonal_shares(at: IntArray, *, period: int, parts: int) -> FloatArray:
    """Compute the share of the interactions in each part of the period, averaged over full cycles.

    Args:
        at: (n,) moments, microseconds UTC, in any order.
        period: length of the season, microseconds: a week, a year.
        parts: into how many parts it is cut.

    Returns:
        (parts,) shares that add up to 1.

    Raises:
        NotIdentifiable: there are fewer than two full cycles, or only parts of them were watched: what differs between
            the parts of one cycle may as well be a trend.

    >>> compute_seasonal_shares(np.arange(28) * DAY, period=7 * DAY, parts=7).round(3).tolist()
    [0.143, 0.143, 0.143, 0.143, 0.143, 0.143, 0.143]
    """
    first, last = int(at.min()), int(at.max())
    cycles = (last - first + DAY) // period
    if cycles < FULL_CYCLES:
        raise NotIdentifiable(
            f"{(last - first) / DAY:.0f} days hold {(last - first) / period:.1f} cycles of {period / DAY:.0f} days",
            why=f"a season can be separated from a trend only with at least {FULL_CYCLES} full cycles",
            mend="supply more history, or plan without a season",
        )
    kept = at[at < first + cycles * period] - first
    counts = np.zeros((cycles, parts))
    np.add.at(counts, (kept // period, kept % period * parts // period), 1.0)
    watched = counts[(counts > 0).mean(axis=1) >= COVERED]
    if len(watched) < FULL_CYCLES:
        raise NotIdentifiable(
            f"of {cycles} cycles, only {len(watched)} have data in at least half of their parts",
            why="parts without data give no estimate of a season",
            mend="cut the period into fewer parts, or supply more history",
        )
    return np.asarray((watched / watched.sum(axis=1, keepdims=True)).mean(axis=0))
