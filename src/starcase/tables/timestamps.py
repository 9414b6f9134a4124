"""Parse a column of times as microseconds UTC; an ambiguous column raises an error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.errors import DataError, quote_value
from starcase.evidence.records import Finding
from starcase.tables.clock import MILLISECOND, SECOND
from starcase.tables.data_errors import build_data_error
from starcase.tables.date_text import TimeColumn, parse_date_text
from starcase.tables.moment import format_moment, parse_moment

UNITS = {"seconds": SECOND, "milliseconds": MILLISECOND, "microseconds": 1}
LAST = 253_402_300_799 * SECOND  # the end of the year 9999
DAYS = (19000101, 21001231)


@dataclass(frozen=True, slots=True)
class Times:
    """When each row happened.

    Args:
        at: (n_rows,) microseconds UTC, in the order of the file.
        findings: how the column was read, if the format was detected.
    """

    at: npt.NDArray[np.int64]
    findings: tuple[Finding, ...] = ()


def parse_times(series: pl.Series, spec: TimeColumn) -> Times:
    """Return the times of a time column.

    A number counts seconds since ``spec.epoch``; text is ISO 8601, or day, month and year if some row determines their
    order; ``spec.time_format`` gives any other format. A time without a zone is UTC.

    Raises:
        DataError: a moment is missing or unreadable, or the column can be read in two ways.
    """
    if series.null_count():
        raise _build_time_error(
            "the time is missing", series.is_null(), spec, mend="give every row a time, or remove the row"
        )
    if spec.time_format:
        return Times(_parse_by_format(series, spec))
    kind = series.dtype
    if isinstance(kind, pl.Datetime):
        series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if kind.time_zone else series
        return Times(series.cast(pl.Datetime("us")).to_physical().to_numpy())
    if isinstance(kind, pl.Date):
        return Times(series.cast(pl.Datetime("us")).to_physical().to_numpy())
    if kind.is_numeric():
        return Times(_convert_counts(series, spec))
    if kind == pl.String:
        numbers = series.str.strip_chars().cast(pl.Float64, strict=False)
        if not numbers.null_count():
            whole = series.str.strip_chars().cast(pl.Int64, strict=False)
            return Times(_convert_counts(numbers if whole.null_count() else whole, spec))
        at, findings = parse_date_text(series, spec)
        return Times(at, findings)
    mend = "write it as date and time, or as a number of seconds since `epoch`"
    raise build_data_error(f"the time column is of type {kind}", file=spec.path, column=spec.time, mend=mend)


def _convert_counts(series: pl.Series, spec: TimeColumn, unit: int = SECOND) -> npt.NDArray[np.int64]:
    """Return numbers since ``spec.epoch`` as moments; days written in digits and milliseconds raise an error."""
    begins = parse_moment(spec.epoch)
    if series.dtype.is_float():
        if (bad := ~series.is_finite()).any():
            raise _build_time_error("the time is not a finite number", bad, spec, mend="correct the row, or remove it")
        counted = (series.cast(pl.Float64) * unit).round()
    else:
        counted = series.cast(pl.Float64) * unit
    if (far := (counted + begins).abs() > LAST).any():
        row = int(far.arg_max() or 0)
        raise _build_time_error(
            f"{series[row]} seconds after {format_moment(begins)} are after the year 9999", far, spec,
            mend='if it counts milliseconds, write `time_format = "milliseconds"` under [data]',
        )  # fmt: skip
    if unit == SECOND and not spec.time_format and _is_day_digits(series):
        raise build_data_error(
            f"{series[0]} may be a number of seconds or a day in digits", file=spec.path, column=spec.time, row=0,
            mend='write `time_format = "%Y%m%d"` under [data], or `time_format = "seconds"`',
        )  # fmt: skip
    whole = counted if series.dtype.is_float() else series
    scale = 1 if series.dtype.is_float() else unit
    return whole.cast(pl.Int64).to_numpy() * scale + begins


def _is_day_digits(series: pl.Series) -> bool:
    first, last = DAYS
    if not series.dtype.is_integer() or not series.is_between(first, last).all():
        return False
    return series.cast(pl.String).str.strptime(pl.Date, "%Y%m%d", strict=False).null_count() == 0


def _parse_by_format(series: pl.Series, spec: TimeColumn) -> npt.NDArray[np.int64]:
    if spec.time_format in UNITS:
        numbers = series.cast(pl.Float64, strict=False) if series.dtype == pl.String else series
        if not numbers.dtype.is_numeric() or numbers.null_count():
            raise _build_time_error(
                "this is not a number",
                numbers.is_null(),
                spec,
                series,
                mend="correct the row, or `time_format` under [data]",
            )
        whole = series.cast(pl.Int64, strict=False) if series.dtype == pl.String else series
        return _convert_counts(numbers if whole.null_count() else whole, spec, UNITS[spec.time_format])
    text = series.cast(pl.String).str.strip_chars()
    try:
        parsed = text.str.strptime(pl.Datetime("us"), spec.time_format, strict=False)
    except pl.exceptions.PolarsError as error:
        why = str(error).partition("\n")[0]
        raise build_data_error(
            f"`time_format = {spec.time_format!r}` is not a format", file=spec.path, column=spec.time, why=why,
            mend='write a strftime format, such as "%d/%m/%Y %H:%M"',
        ) from error  # fmt: skip
    if parsed.null_count():
        mend = "correct the row, or `time_format` under [data]"
        raise _build_time_error(
            f"this does not match the format {spec.time_format!r}", parsed.is_null(), spec, series, mend=mend
        )
    zoned = isinstance(parsed.dtype, pl.Datetime) and parsed.dtype.time_zone
    return (parsed.dt.replace_time_zone(None) if zoned else parsed).to_physical().to_numpy()


def _build_time_error(
    what: str, bad: pl.Series, spec: TimeColumn, series: pl.Series | None = None, *, mend: str = ""
) -> DataError:
    row = int(bad.arg_max() or 0)
    shown = what if series is None else f"{quote_value(series[row])}: {what}"
    return build_data_error(shown, file=spec.path, column=spec.time, row=row, mend=mend)
