"""Selection of feature columns: numbers as they are, text with few values one-hot; dropped columns are reported."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.errors import quote_value
from starcase.evidence.records import Finding
from starcase.systems.fraud.data.data_file import list_named_columns
from starcase.tables.data_errors import build_data_error

NUMBER_SHARE = 0.9
FEWEST_FOR_ID = 50


@dataclass(frozen=True, slots=True)
class Features:
    """The feature columns of a table, float64, and the findings."""

    frame: pl.DataFrame
    findings: tuple[Finding, ...]


def select_feature_columns(frame: pl.DataFrame, spec: DataSpec, *, levels: int) -> Features:
    """Convert every column that the case does not name to numbers.

    Args:
        frame: the table as read.
        spec: the columns it names are never features: neither time nor target nor ids.
        levels: a text column with at most this many values becomes one column a value.

    Raises:
        DataError: a column of numbers holds other text, or an infinity.
    """
    taken = set(list_named_columns(spec).values())
    kept: list[pl.Series] = []
    findings: list[Finding] = []
    for series in frame.iter_columns():
        if series.name in taken:
            continue
        columns, finding = _convert_column(series, spec, levels)
        kept += columns
        findings += [finding] if finding else []
    return Features(pl.DataFrame(kept), tuple(findings))


def _convert_column(series: pl.Series, spec: DataSpec, levels: int) -> tuple[list[pl.Series], Finding | None]:
    if series.dtype == pl.String:
        return _convert_text(series, spec, levels)
    if series.dtype == pl.Boolean:
        return [series.cast(pl.Float64)], None
    if not series.dtype.is_numeric():
        return [], _create_dropped_finding(series, f"columns of type {series.dtype} cannot be features")
    if series.n_unique() == 1:
        return [], _create_dropped_finding(series, "it holds one value only")
    if series.dtype.is_integer() and series.len() > FEWEST_FOR_ID and series.n_unique() == series.len():
        return [], _create_dropped_finding(series, "every row has another whole number, like an id", severity="warning")
    numbers = series.cast(pl.Float64)
    if (infinite := numbers.is_infinite().fill_null(value=False)).any():
        row = int(infinite.arg_max() or 0)
        raise build_data_error(
            "the value is infinite",
            file=spec.path,
            column=series.name,
            row=row,
            mend="leave the value empty where it is unknown",
        )
    missing = numbers.null_count() + int(numbers.is_nan().sum() or 0)
    return [numbers.fill_null(float("nan"))], _create_missing_finding(
        series.name, missing, series.len()
    ) if missing else None


def _convert_text(series: pl.Series, spec: DataSpec, levels: int) -> tuple[list[pl.Series], Finding | None]:
    numbers = series.cast(pl.Float64, strict=False)
    readable = numbers.count()
    if NUMBER_SHARE * series.count() <= readable < series.count():
        row = int((numbers.is_null() & series.is_not_null()).arg_max() or 0)
        raise build_data_error(
            f"{quote_value(series[row])} is not a number",
            file=spec.path,
            column=series.name,
            row=row,
            why=f"{readable} of {series.count()} values are numbers",
            mend="correct the value, or name the column under `ignore`",
        )
    values = series.drop_nulls().unique().sort()
    if not 2 <= values.len() <= levels:  # noqa: PLR2004 - a constant is not a feature
        return [], _create_dropped_finding(series, f"it is text with {values.len()} different values")
    return [
        (series == value).fill_null(value=False).cast(pl.Float64).rename(f"{series.name}={value}") for value in values
    ], None


def _create_dropped_finding(series: pl.Series, why: str, *, severity: str = "note") -> Finding:
    return Finding(
        severity="warning" if severity == "warning" else "note",
        where=f"column {series.name}",
        what=f"the column is not a feature: {why}",
        mend="name it as `id`, `unit` or an entity, or list it under `ignore` to remove this message",
    )


def _create_missing_finding(name: str, missing: int, rows: int) -> Finding:
    return Finding(severity="note", where=f"column {name}", what=f"{missing} of {rows} values are missing")
