"""The time column as microseconds UTC; what cannot have happened yet is refused."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.case.clock import SECOND
from starcase.case.moment import moment, moment_text
from starcase.case.spec import DataSpec
from starcase.systems.recommend.arrays import IntArray
from starcase.systems.recommend.data.refusal import refuse

FAR = 10
FEWEST = 10


def moments(series: pl.Series, spec: DataSpec, *, exported: str) -> IntArray:
    """When each interaction happened, (n_rows,) microseconds UTC, in the order of the file.

    A number counts seconds since ``spec.epoch``.

    Raises:
        DataError: a moment is missing or unreadable, later than ``exported``, or far behind all others.
    """
    at = _parsed(series, spec)
    if at.null_count():
        row = int(at.is_null().arg_max() or 0)
        raise refuse("the time is missing", file=spec.path, column=spec.time, row=row, mend="every row needs its time")
    values = at.to_numpy()
    _not_of_the_future(values, spec, exported)
    return values


def _not_of_the_future(at: IntArray, spec: DataSpec, exported: str) -> None:
    row = int(np.argmax(at))
    latest = moment_text(int(at[row]))
    if exported and at[row] > moment(exported, key="exported"):
        raise refuse(
            f"{latest} is later than the export of {exported}", file=spec.path, column=spec.time, row=row,
            mend="correct the time, or `exported` under [options]",
        )  # fmt: skip
    order = np.sort(at)
    gaps = np.diff(order)
    if gaps.size < FEWEST:
        return
    behind = int(np.argmax(gaps))
    late = int(at.size - behind - 1)
    if late < at.size / 2 and gaps[behind] > FAR * max(1, int(order[behind] - order[0])):
        raise refuse(
            f"{late} interactions lie far behind all others: the last is of {latest}", file=spec.path,
            column=spec.time, row=row, why=f"the others end at {moment_text(int(order[behind]))}",
            mend="correct the time, or leave the rows out",
        )  # fmt: skip


def _parsed(series: pl.Series, spec: DataSpec) -> pl.Series:
    kind = series.dtype
    if isinstance(kind, pl.Datetime):
        series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if kind.time_zone else series
        return series.cast(pl.Datetime("us")).to_physical()
    if isinstance(kind, pl.Date):
        return series.cast(pl.Datetime("us")).to_physical()
    if kind.is_integer():
        return series.cast(pl.Int64) * SECOND + moment(spec.epoch)
    if kind.is_float():
        bad = (~series.is_finite()).fill_null(value=False)
        if bad.any():
            raise refuse("the time is no finite number", file=spec.path, column=spec.time, row=int(bad.arg_max() or 0))
        return (series.cast(pl.Float64) * SECOND).round().cast(pl.Int64) + moment(spec.epoch)
    if kind == pl.String:
        return _from_text(series, spec)
    mend = "give it as date and time, or as a number of seconds since `epoch`"
    raise refuse(f"the time column is of type {kind}", file=spec.path, column=spec.time, mend=mend)


def _from_text(series: pl.Series, spec: DataSpec) -> pl.Series:
    parsed = series.str.to_datetime(time_unit="us", time_zone="UTC", strict=False).dt.replace_time_zone(None)
    if (unread := parsed.is_null() & series.is_not_null()).any():
        row = int(unread.arg_max() or 0)
        mend = 'write ISO 8601, such as "2024-03-01T12:00:00Z"'
        raise refuse(f"{series[row]!r} is no moment", file=spec.path, column=spec.time, row=row, mend=mend)
    return parsed.to_physical()
