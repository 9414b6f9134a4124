"""Parse times written as text: ISO 8601, or day, month and year if some row determines their order."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.evidence.records import Finding
from starcase.tables.clock import MINUTE
from starcase.tables.data_errors import build_data_error

IntArray = npt.NDArray[np.int64]
_CLOCK = (
    r"(?:[T ,]+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?)?"
    r"\s*(?<half>[AaPp]\.?[Mm]\.?)?\s*(?<zone>[Zz]|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?\s*$"
)
ISO = r"^\s*(?<year>\d{4})[-/.](?<left>\d{1,2})[-/.](?<right>\d{1,2})" + _CLOCK
DAYS = r"^\s*(?<left>\d{1,2})[-/.](?<right>\d{1,2})[-/.](?<year>\d{4})" + _CLOCK
MONTHS = 12


class TimeColumn(Protocol):
    """A time column and its format, such as the ``[data]`` of a case."""

    @property
    def path(self) -> str:
        """The file."""

    @property
    def time(self) -> str:
        """The name of the column."""

    @property
    def time_format(self) -> str:
        """The strftime format; empty if it is to be detected."""

    @property
    def epoch(self) -> str:
        """The moment from which numbers count."""


def has_dates(series: pl.Series) -> bool:
    """Whether a column of text holds any dates, rather than names of months or seasons.

    >>> has_dates(pl.Series(["3/4/2024"])), has_dates(pl.Series(["May"]))
    (True, False)
    """
    return bool(series.str.contains(ISO).any() or series.str.contains(DAYS).any())


def parse_date_text(series: pl.Series, spec: TimeColumn) -> tuple[IntArray, tuple[Finding, ...]]:
    """Return microseconds UTC, and findings about how the text was read.

    If days and months are both below 13 in every row, their order is unknown and an error asks for it.

    Raises:
        DataError: a row cannot be read or has another format, or the order of days and months is unknown.
    """
    ordered = bool(series.str.contains(ISO).any())
    parts = series.str.extract_groups(ISO if ordered else DAYS).struct.unnest()
    if (unread := parts["year"].is_null()).any():
        row = int(unread.arg_max() or 0)
        mend = 'write ISO 8601, such as "2024-03-01T12:00:00Z", or set `time_format` under [data]'
        raise build_data_error(f"{series[row]!r} is not a moment", file=spec.path, column=spec.time, row=row, mend=mend)
    findings: list[Finding] = []
    day_first = False
    if not ordered:
        day_first, finding = _detect_day_order(series, parts, spec)
        findings.append(finding)
    findings += _check_zones(series, parts, spec)
    return _build_times(series, parts, spec, day_first=day_first), tuple(findings)


def _detect_day_order(series: pl.Series, parts: pl.DataFrame, spec: TimeColumn) -> tuple[bool, Finding]:
    """Return whether the day comes before the month, and a finding that names the row."""
    left, right = (parts[name].cast(pl.Int64) > MONTHS for name in ("left", "right"))
    if left.any() and right.any():
        one, other = (int(side.arg_max() or 0) for side in (left, right))
        raise build_data_error(
            "days and months are in two different orders", file=spec.path, column=spec.time, row=max(one, other),
            why=f"row {one + 1} says {series[one]!r}, row {other + 1} says {series[other]!r}",
            mend="export the column in one order, best as ISO 8601",
        )  # fmt: skip
    if not left.any() and not right.any():
        clock = _detect_clock_format(parts)
        mark = series[0].strip()[len(parts["left"][0])]
        ways = [f'"%{a}{mark}%{b}{mark}%Y{clock}"' for a, b in ("dm", "md")]
        raise build_data_error(
            f"{series[0]!r} may have its day or its month first", file=spec.path, column=spec.time, row=0,
            why="no row has a number above 12, which would determine the order",
            mend=f"write `time_format = {ways[0]}` or `time_format = {ways[1]}` under [data] (--time-format)",
        )  # fmt: skip
    row = int((left if left.any() else right).arg_max() or 0)
    first, second = ("day", "month") if left.any() else ("month", "day")
    what = f"read with the {first} before the {second}, as row {row + 1} says {series[row]}"
    return bool(left.any()), Finding(severity="note", where=f"column {spec.time}", what=what)


def _detect_clock_format(parts: pl.DataFrame) -> str:
    """Return the strftime format of the time of day in the first row."""
    there = {name: parts[name][0] is not None for name in ("hour", "second", "half")}
    if not there["hour"]:
        return ""
    hour, seconds, half = "%I" if there["half"] else "%H", ":%S" * there["second"], " %p" * there["half"]
    return f" {hour}:%M{seconds}{half}"


def _check_zones(series: pl.Series, parts: pl.DataFrame, spec: TimeColumn) -> list[Finding]:
    bare = parts["zone"].is_null()
    if bare.all():
        what = "names no time zone: read as UTC"
        return [Finding(severity="note", where=f"column {spec.time}", what=what)]
    if bare.any():
        row, other = int(bare.arg_max() or 0), int((~bare).arg_max() or 0)
        raise build_data_error(
            f"{series[row]!r} names no time zone", file=spec.path, column=spec.time, row=row,
            why=f"row {other + 1} does: {series[other]!r}", mend="give every row its zone, or none (then it is UTC)",
        )  # fmt: skip
    return []


def _build_times(series: pl.Series, parts: pl.DataFrame, spec: TimeColumn, *, day_first: bool) -> IntArray:
    day, month = ("left", "right") if day_first else ("right", "left")
    two = {name: pl.col(name).fill_null("0").str.zfill(2) for name in (day, month, "minute", "second")}
    hour = pl.col("hour").fill_null("0").cast(pl.Int64)
    noon = pl.col("half").str.to_lowercase().str.starts_with("p").cast(pl.Int64) * 12
    told = (
        pl.when(pl.col("half").is_null()).then(hour).when(hour.is_between(1, 12)).then(hour % 12 + noon).otherwise(24)
    )
    text = pl.format(
        "{}-{}-{} {}:{}:{}", "year", two[month], two[day], told.cast(pl.String).str.zfill(2), two["minute"],
        two["second"],
    )  # fmt: skip
    zone = pl.col("zone").fill_null("Z").str.replace_all(":", "")
    size = zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + zone.str.slice(3, 2).replace("", "0").cast(
        pl.Int64, strict=False
    )
    ahead = pl.when(zone.str.starts_with("-")).then(-size).otherwise(size).fill_null(0)
    micro = pl.col("fraction").fill_null("0").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)
    built = parts.select(
        at=text.str.strptime(pl.Datetime("us"), "%Y-%m-%d %H:%M:%S", strict=False), ahead=ahead, micro=micro
    )
    if (unread := built["at"].is_null()).any():
        row = int(unread.arg_max() or 0)
        mend = "correct the date or the time of day"
        raise build_data_error(f"{series[row]!r} is not a moment", file=spec.path, column=spec.time, row=row, mend=mend)
    at = built["at"].to_physical() + built["micro"] - built["ahead"] * MINUTE
    return at.to_numpy()
