"""A log as a table: outcomes as 0 and 1, and parts that are analysed separately."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.contract.log_spec import LogSpec
from starcase.errors import DataError
from starcase.tables.columns import PARQUET, read_column_names, require_columns
from starcase.tables.date_text import has_dates
from starcase.tables.read_errors import diagnose_read_error
from starcase.tables.timestamps import parse_times

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a log, or of a part of it.

    Args:
        spec: what its columns mean.
        rows: all of its columns.
        part: which part, in words; empty for all of it.
    """

    spec: LogSpec
    rows: pl.DataFrame
    part: str = ""

    def __len__(self) -> int:
        return self.rows.height

    @property
    def outcome(self) -> FloatArray:
        """(n,) 0 or 1."""
        return self.rows[self.spec.outcome].cast(pl.Float64).to_numpy()

    @property
    def units(self) -> npt.NDArray[np.generic] | None:
        """(n,) the unit of each row; None if the log has no units."""
        return self.rows[self.spec.unit].cast(pl.String).to_numpy() if self.spec.unit else None

    def parts(self, *columns: str) -> Iterator[Table]:
        """Return the rows of each combination of values of some columns, in order of the values."""
        if not columns:
            yield self
            return
        for values, rows in sorted(self.rows.group_by(*columns, maintain_order=True), key=lambda one: str(one[0])):
            named = [f"{column} {value}" for column, value in zip(columns, values, strict=True)]
            yield replace(self, rows=rows, part=", ".join([*([self.part] if self.part else []), *named]))


def read_log(folder: Path, spec: LogSpec) -> Table:
    """Read and validate a log of the case in ``folder``.

    Raises:
        DataError: file or column is missing, the outcome is neither 0 nor 1, or a column of numbers holds others.
    """
    path = folder / spec.path
    require_columns(
        read_column_names(path),
        {f"logs ({spec.name}).{key}": column for key, column in spec.columns.items()},
        str(path),
    )
    rows = _read_rows(path, spec)
    if not rows.height:
        raise DataError("the log is empty", where=str(path))
    _validate_rows(rows, spec, path)
    return Table(spec, rows)


def _read_rows(path: Path, spec: LogSpec) -> pl.DataFrame:
    """Read the file and parse times that are dates written as text."""
    try:
        if path.suffix.lower() in PARQUET:
            rows = pl.read_parquet(path)
        else:
            asis = dict.fromkeys(filter(None, [spec.time, spec.unit, spec.action]), pl.String)
            rows = pl.read_csv(path, infer_schema_length=None, schema_overrides=asis)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise diagnose_read_error(path, error) from error
    if not spec.time or rows[spec.time].dtype != pl.String or not (spec.time_format or has_dates(rows[spec.time])):
        return rows
    columns = DataSpec(path=str(path), time=spec.time, target=spec.outcome, time_format=spec.time_format)
    return rows.with_columns(pl.Series(spec.time, parse_times(rows[spec.time], columns).at).cast(pl.Datetime("us")))


def _validate_rows(rows: pl.DataFrame, spec: LogSpec, path: Path) -> None:
    outcome = rows[spec.outcome].cast(pl.Float64, strict=False)
    valid = outcome.is_in([0.0, 1.0]).fill_null(value=False)
    _require_valid(~valid, rows, spec.outcome, path, "an outcome must be 0 or 1")
    for column in spec.behaviour:
        numbers = rows[column].cast(pl.Float64, strict=False)
        _require_valid(
            ~(numbers >= 0).fill_null(value=False), rows, column, path, "behaviour must be a number of at least 0"
        )
    for column in filter(None, (spec.propensity, spec.columns.get("asked", ""))):
        numbers = rows[column].cast(pl.Float64, strict=False)
        lowest = numbers > 0 if column == spec.propensity else numbers >= 0
        allowed = "above 0 and at most 1" if column == spec.propensity else "from 0 to 1"
        valid = (lowest & (numbers <= 1)).fill_null(value=False)
        _require_valid(~valid, rows, column, path, f"a probability must be {allowed}")


def _require_valid(bad: pl.Series, rows: pl.DataFrame, column: str, path: Path, what: str) -> None:
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise DataError(
            what, where=f"{path}, column {column!r}, row {row + 1}", why=f"it is {rows[column][row]!r}",
            mend="correct the row, or remove it",
        )  # fmt: skip
