"""Read the time column as microseconds UTC; times in the future are refused or reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.evidence.number_format import format_count
from starcase.evidence.records import Finding
from starcase.systems.recommend.arrays import IntArray
from starcase.tables.clock import DAY
from starcase.tables.data_errors import build_data_error
from starcase.tables.moment import format_moment, parse_moment
from starcase.tables.timestamps import Times, parse_times

LIE = "interaction lies", "interactions lie"
FAR = 10
FEWEST = 10


def read_times(series: pl.Series, spec: DataSpec, *, exported: str, saved: int) -> Times:
    """Read the time of each interaction; further as ``tables.timestamps.parse_times``.

    Args:
        series: the time column.
        spec: what it means.
        exported: when the data were exported; empty where that is not known.
        saved: when the file was written, microseconds UTC.

    Raises:
        DataError: a moment is missing or unreadable, can be read in two ways, lies later than ``exported``, or far
            from all others.
    """
    found = parse_times(series, spec)
    _require_before_export(found.at, spec, exported)
    _require_no_outliers(found.at, spec)
    return replace(found, findings=(*found.findings, *_find_future_rows(found.at, spec, saved)))


def _require_before_export(at: IntArray, spec: DataSpec, exported: str) -> None:
    row = int(np.argmax(at))
    if exported and at[row] > parse_moment(exported, key="exported"):
        raise build_data_error(
            f"{format_moment(int(at[row]))} is later than the export of {exported}", file=spec.path, column=spec.time,
            row=row, mend="correct the time, or `exported` under [options]",
        )  # fmt: skip


def _require_no_outliers(at: IntArray, spec: DataSpec) -> None:
    """Refuse a few times that are far outside the span of all others, such as zeros or mistyped years."""
    order = np.sort(at)
    gaps = np.diff(order)
    if gaps.size < FEWEST:
        return
    cut = int(np.argmax(gaps))
    late = 2 * (cut + 1) > at.size
    others, few = (order[: cut + 1], order[cut + 1 :]) if late else (order[cut + 1 :], order[: cut + 1])
    if gaps[cut] <= FAR * max(1, int(others[-1] - others[0])):
        return
    row = int(np.argmax(at) if late else np.argmin(at))
    said, end = ("last", "end") if late else ("first", "begin")
    raise build_data_error(
        f"{format_count(int(few.size), *LIE)} far {'behind' if late else 'before'} all others: the {said} is of "
        f"{format_moment(int(at[row]))}",
        file=spec.path, column=spec.time, row=row,
        why=f"the others {end} at {format_moment(int(others[-1] if late else others[0]))}",
        mend="correct the time, or leave the rows out",
    )  # fmt: skip


def _find_future_rows(at: IntArray, spec: DataSpec, saved: int) -> tuple[Finding, ...]:
    """Find times a day or more after the file was written; the day allows for other time zones."""
    late = at > saved + DAY
    if not saved or not late.any():
        return ()
    row = int(np.argmax(at))
    what = (
        f"{format_count(int(late.sum()), *LIE)} in the future of the file, which was written at "
        f"{format_moment(saved)}: row {row + 1} says {format_moment(int(at[row]))}"
    )
    mend = "correct the times, or `time_format` under [data]; with `exported` under [options] they are refused"
    return (Finding(severity="warning", where=f"column {spec.time}", what=what, mend=mend),)
