"""Read and check the column names of a data file."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from starcase.errors import DataError, list_names, quote_value
from starcase.tables.read_errors import diagnose_read_error

PARQUET = {".parquet", ".pq"}
CSV = {".csv", ".tsv", ".txt"}
REPLACED = "\N{REPLACEMENT CHARACTER}"
SEPARATORS = (";", "\t", "|")


def read_column_names(path: Path) -> list[str]:
    """Return the column names of a Parquet or CSV file; only its head is read.

    Raises:
        DataError: the file is missing, empty, of another kind or damaged.
    """
    kind = path.suffix.lower()
    if not path.is_file():
        raise DataError("there is no such file", where=str(path), mend="correct the path")
    if kind not in PARQUET | CSV:
        raise DataError(
            f"a file {f'of type {kind}' if kind else 'without a suffix'} cannot be read",
            where=str(path),
            mend="export it as Parquet or CSV",
        )
    if path.stat().st_size == 0:
        raise DataError("the file is empty", where=str(path), mend="export it again")
    try:
        if kind in PARQUET:
            return list(pl.read_parquet_schema(path))
        names = pl.read_csv(path, n_rows=0, separator="\t" if kind == ".tsv" else ",").columns
        if any("\0" in name for name in names):
            raise pl.exceptions.ComputeError("the header holds zero bytes")
        if any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n" for name in names for letter in name):
            raise DataError(
                "the file is not CSV: its header is not text",
                where=str(path),
                why=f"it begins with {quote_value(names[0])}",
                mend="give a CSV in UTF-8 whose first row names the columns, or a Parquet file ending in .parquet",
            )
        if any(REPLACED in name for name in names):
            raise pl.exceptions.ComputeError("the header is not UTF-8")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise diagnose_read_error(path, error, separator="\t" if kind == ".tsv" else ",") from error
    return names


def require_columns(columns: Iterable[str], wanted: Mapping[str, str], where: str) -> None:
    """Raise an error if a column is missing.

    Args:
        columns: the columns of the file.
        wanted: the required columns, by the key of case.toml or the option that names each.
        where: the file, for the error.

    Raises:
        DataError: a column is missing; the nearest name is given.

    >>> require_columns(["time", "amount"], {"data.time": "time"}, "tx.csv")
    """
    there = list(columns)
    for asked, column in wanted.items():
        if column not in there:
            near = difflib.get_close_matches(column, there, n=1, cutoff=0.5)
            mark = next((mark for mark in SEPARATORS if len(there) == 1 and mark in there[0]), "")
            raise DataError(
                f"the file has no column {quote_value(column)}"
                + (f"; the nearest is {quote_value(near[0])}" if near and not mark else ""),
                where=f"{where}, named by {asked}",
                why=f"its columns seem to be separated by {mark!r}" if mark else "",
                mend="export it with commas between columns" if mark else f"its columns: {list_names(there)}",
            )
