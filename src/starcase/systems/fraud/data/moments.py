"""The time column as microseconds UTC, in the order it must have."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.case.clock import SECOND
from starcase.case.moment import moment, moment_text
from starcase.case.spec import DataSpec
from starcase.systems.fraud.arrays import IntArray
from starcase.systems.fraud.data.refusal import refuse


def moments(frame: pl.DataFrame, spec: DataSpec) -> IntArray:
    """When each row happened, (n_rows,) microseconds UTC.

    A number counts seconds since ``spec.epoch``.

    Raises:
        DataError: a moment is missing or unreadable, or earlier than the row above it.
    """
    series = frame[spec.time]
    at = _parsed(series, spec)
    if at.null_count():
        row = int(at.is_null().arg_max() or 0)
        raise refuse("the time is missing", file=spec.path, column=spec.time, row=row, mend="every row needs its time")
    values = at.to_numpy()
    back = np.flatnonzero(np.diff(values) < 0)
    if back.size:
        row = int(back[0]) + 1
        raise refuse(
            f"the row is out of order: {moment_text(int(values[row]))} follows {moment_text(int(values[row - 1]))}",
            file=spec.path,
            column=spec.time,
            row=row,
            why="history is replayed in one global order of time",
            mend=f"sort the file by {spec.time}" + (f" and {spec.id}" if spec.id else ""),
        )
    return values


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
    raise refuse(
        f"the time column is of type {kind}",
        file=spec.path,
        column=spec.time,
        mend="give it as date and time, or as a number of seconds since `epoch`",
    )


def _from_text(series: pl.Series, spec: DataSpec) -> pl.Series:
    parsed = series.str.to_datetime(time_unit="us", time_zone="UTC", strict=False).dt.replace_time_zone(None)
    if (unread := parsed.is_null() & series.is_not_null()).any():
        row = int(unread.arg_max() or 0)
        raise refuse(
            f"{series[row]!r} is no moment",
            file=spec.path,
            column=spec.time,
            row=row,
            mend='write ISO 8601, such as "2024-03-01T12:00:00Z"',
        )
    return parsed.to_physical()
