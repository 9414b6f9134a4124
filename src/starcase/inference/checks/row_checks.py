"""Checks of rows: outcome order, crossover, repeated units and maturity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.checks.validity_finding import ValidityFinding
from starcase.inference.units import IntArray, encode_units

SHOWN = 5
TOLERATED = 0.01


def check_outcome_order(exposed: npt.ArrayLike, turned_out: npt.ArrayLike) -> ValidityFinding:
    """Find rows whose outcome precedes the exposure; any such row blocks the analysis.

    Args:
        exposed: (n_rows,) times of exposure.
        turned_out: (n_rows,) times of the outcome; NaN where there is none yet.

    >>> check_outcome_order([5, 5, 5], [9, 4, float("nan")]).sentence
    '1 of 3 outcomes (33.3 %) came before the exposure.'
    """
    start, end = read_times(exposed), read_times(turned_out)
    if start.shape != end.shape:
        raise DataError("each row has one exposure and one outcome", where=f"{start.size} and {end.size} rows")
    return build_finding("outcome before exposure", end < start, 0.0, "outcomes", "came before the exposure")


def check_crossover(units: npt.ArrayLike, arm: npt.ArrayLike, *, tolerated: float = TOLERATED) -> ValidityFinding:
    """Find units in more than one arm; a share above the tolerated one blocks the analysis.

    Args:
        units: (n_rows,) whose row it is.
        arm: (n_rows,) the arm of the row.
        tolerated: part of the units that may cross over and be left out.

    >>> check_crossover(["a", "b", "a"], [0, 0, 1]).sentence
    '1 of 2 units (50 %) were in more than one arm.'
    """
    codes, count = encode_units(units)
    arms = encode_units(arm)[0]
    if arms.shape != codes.shape:
        raise DataError("each row has one unit and one arm", where=f"{codes.size} and {arms.size} rows")
    first = np.zeros(count, dtype=np.int64)
    first[codes[::-1]] = arms[::-1]
    rows = np.flatnonzero(arms != first[codes])
    crossed = np.zeros(count, dtype=bool)
    crossed[codes[rows]] = True
    return build_finding("crossover", crossed, tolerated, "units", "were in more than one arm", rows)


def check_repeated_units(units: npt.ArrayLike) -> ValidityFinding:
    """Find repeated rows of a unit; any such row blocks an analysis by row.

    >>> check_repeated_units(["a", "b", "a"]).sentence
    '1 of 3 rows (33.3 %) belong to a unit that has one already; sum them by unit.'
    """
    codes, count = encode_units(units)
    first = np.full(count, codes.size, dtype=np.int64)
    np.minimum.at(first, codes, np.arange(codes.size))
    again = first[codes] != np.arange(codes.size)
    return build_finding(
        "repeated units", again, 0.0, "rows", "belong to a unit that has one already; sum them by unit"
    )


def check_maturity(exposed: npt.ArrayLike, *, now: float, delay: float) -> ValidityFinding:
    """Find rows whose outcome may still arrive; they do not block the analysis, but must be excluded.

    Args:
        exposed: (n_rows,) times of exposure.
        now: time of the look.
        delay: how long an outcome may take, in the same unit.

    >>> check_maturity([0, 50, 90], now=100, delay=20).sentence
    '1 of 3 outcomes (33.3 %) may still be on their way.'
    """
    return build_finding(
        "immature outcomes", read_times(exposed) > now - delay, 1.0, "outcomes", "may still be on their way"
    )


def read_times(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return times as numbers."""
    read = np.asarray(values, dtype=np.float64)
    if read.ndim != 1:
        raise DataError("times are one number a row", where=f"shape {read.shape}")
    return read


def build_finding(
    check: str, affected: npt.NDArray[np.bool_], tolerated: float, what: str, found: str, rows: IntArray | None = None
) -> ValidityFinding:
    """Return a finding about the marked rows or units."""
    count, of = int(affected.sum()), affected.size
    shown = np.flatnonzero(affected) if rows is None else rows
    return ValidityFinding(
        check=check,
        blocks=count > tolerated * of,
        affected=count,
        of=of,
        sentence=f"{count} of {of} {what} ({100 * count / of if of else 0:.3g} %) {found}.",
        examples=tuple(shown[:SHOWN].tolist()),
    )
