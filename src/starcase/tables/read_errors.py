"""Find out why a table cannot be read: the row, and the mend."""

from __future__ import annotations

import csv
from pathlib import Path

from starcase.errors import DataError
from starcase.tables.data_errors import build_data_error

BLOCK = 1 << 20


def diagnose_read_error(path: Path, error: Exception, *, separator: str = ",") -> DataError:
    """Return the error for a Parquet or CSV file that could not be read; a CSV is searched for the faulty row.

    Args:
        path: the file.
        error: the exception of its reader.
        separator: the separator of the columns of a CSV.
    """
    if path.suffix.lower() in {".parquet", ".pq"} or not path.is_file():
        return _build_plain_error(path, error)
    if not _is_utf8(path):
        why = "a character is not UTF-8; spreadsheets often write Latin-1 or UTF-16"
        return build_data_error("the file cannot be read", file=str(path), why=why, mend="save it as CSV in UTF-8")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=separator)
        try:
            width = len(next(rows))
            odd = next(((n, len(row)) for n, row in enumerate(rows) if len(row) > width), None)
        except (csv.Error, StopIteration):
            return _build_plain_error(path, error)
    if odd is None:
        return _build_plain_error(path, error)
    row, found = odd
    return build_data_error(
        f"the row has {found} fields, and the header has {width}", file=str(path), row=row,
        mend="put text that holds a separator in quotes, or correct the row",
    )  # fmt: skip


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return not any("\0" in block for block in iter(lambda: file.read(BLOCK), ""))
    except UnicodeDecodeError:
        return False


def _build_plain_error(path: Path, error: Exception) -> DataError:
    why = str(error).strip().partition("\n")[0]
    return build_data_error(
        "the file cannot be read", file=str(path), why=why, mend="export it again, as CSV or Parquet"
    )
