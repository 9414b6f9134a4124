"""Read a Parquet or CSV file and check that it has rows and the wanted columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from starcase.tables.columns import read_column_names, require_columns
from starcase.tables.data_errors import build_data_error
from starcase.tables.read_errors import diagnose_read_error

NOTHING = ["", "NA", "NaN", "nan", "null"]


def read(path: Path, wanted: Mapping[str, str]) -> pl.DataFrame:
    """Read the named columns; those of a CSV as text, so that ``007`` is unchanged.

    Args:
        path: the file.
        wanted: columns by the key of case.toml that names them.

    Raises:
        DataError: the file is missing, unreadable or empty, or lacks a column.
    """
    require_columns(read_column_names(path), wanted, str(path))
    columns = list(dict.fromkeys(wanted.values()))
    try:
        frame = _read_columns(path, columns)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise diagnose_read_error(path, error, separator=_select_separator(path)) from error
    if frame.height == 0:
        raise build_data_error("the file holds a header and no rows", file=str(path), mend="export it again")
    return frame


def read_keys(frame: pl.DataFrame, column: str, word: str, file: str) -> pl.Series:
    """Read a column that identifies users, items or baskets, as text; raises DataError where a value is missing."""
    series = frame[column]
    if series.null_count():
        row = int(series.is_null().arg_max() or 0)
        mend = f"give every row its {word}, or leave the row out"
        raise build_data_error(f"the {word} is missing", file=file, column=column, row=row, mend=mend)
    if series.dtype.is_float():
        mend = "store it as text or whole number"
        raise build_data_error(f"the {word} is of type {series.dtype}", file=file, column=column, mend=mend)
    return series.cast(pl.String)


def _read_columns(path: Path, columns: list[str]) -> pl.DataFrame:
    if path.suffix.lower() in {".parquet", ".pq"}:
        return pl.read_parquet(path, columns=columns)
    found = pl.read_csv(path, separator=_select_separator(path), infer_schema=False, null_values=NOTHING)
    return found.select(columns)


def _select_separator(path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else ","
