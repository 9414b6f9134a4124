"""The time column as microseconds UTC; what cannot have happened yet is refused or told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.evidence.number_format import counted
from starcase.evidence.records import Finding
from starcase.systems.recommend.arrays import IntArray
from starcase.tables.clock import DAY
from starcase.tables.data_errors import refuse
from starcase.tables.moment import moment, moment_text
from starcase.tables.timestamps import Times, times

LIE = "interaction lies", "interactions lie"
FAR = 10
FEWEST = 10


def moments(series: pl.Series, spec: DataSpec, *, exported: str, saved: int) -> Times:
    """When each interaction happened; further as ``case.times.times``.

    Args:
        series: the time column.
        spec: what it means.
        exported: when the data were exported; empty where that is not known.
        saved: when the file was written, microseconds UTC.

    Raises:
        DataError: a moment is missing or unreadable, can be read in two ways, lies later than ``exported``, or far
            from all others.
    """
    found = times(series, spec)
    _not_after(found.at, spec, exported)
    _not_apart(found.at, spec)
    return replace(found, findings=(*found.findings, *_of_the_future(found.at, spec, saved)))


def _not_after(at: IntArray, spec: DataSpec, exported: str) -> None:
    row = int(np.argmax(at))
    if exported and at[row] > moment(exported, key="exported"):
        raise refuse(
            f"{moment_text(int(at[row]))} is later than the export of {exported}", file=spec.path, column=spec.time,
            row=row, mend="correct the time, or `exported` under [options]",
        )  # fmt: skip


def _not_apart(at: IntArray, spec: DataSpec) -> None:
    """Refuse a few moments that lie ten times farther from all others than these reach: zeros, or years mistyped."""
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
    raise refuse(
        f"{counted(int(few.size), *LIE)} far {'behind' if late else 'before'} all others: the {said} is of "
        f"{moment_text(int(at[row]))}",
        file=spec.path, column=spec.time, row=row,
        why=f"the others {end} at {moment_text(int(others[-1] if late else others[0]))}",
        mend="correct the time, or leave the rows out",
    )  # fmt: skip


def _of_the_future(at: IntArray, spec: DataSpec, saved: int) -> tuple[Finding, ...]:
    """What happened a day or more after the file was written; the day is for clocks of other zones."""
    late = at > saved + DAY
    if not saved or not late.any():
        return ()
    row = int(np.argmax(at))
    what = (
        f"{counted(int(late.sum()), *LIE)} in the future of the file, which was written at {moment_text(saved)}: "
        f"row {row + 1} says {moment_text(int(at[row]))}"
    )
    mend = "correct the times, or `time_format` under [data]; with `exported` under [options] they are refused"
    return (Finding(severity="warning", where=f"column {spec.time}", what=what, mend=mend),)
