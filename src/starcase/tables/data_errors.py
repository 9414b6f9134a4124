"""Build the message of a data error: file, column, row, and the mend."""

from __future__ import annotations

from starcase.errors import DataError


def build_data_error(
    what: str, *, file: str, column: str = "", row: int | None = None, why: str = "", mend: str = ""
) -> DataError:
    """Return the error with its location; rows are counted from 1, without the header and, for text files, with it.

    >>> print(build_data_error("the user is missing", file="clicks.csv", column="user", row=3))
    the user is missing
      where: clicks.csv, column user, row 4 of the data (5 with the header)
    """
    places = [file, column and f"column {column}", "" if row is None else _describe_row(file, row)]
    return DataError(what, where=", ".join(place for place in places if place), why=why, mend=mend)


def _describe_row(file: str, row: int) -> str:
    written = not file.lower().endswith((".parquet", ".pq"))
    return f"row {row + 1} of the data ({f'{row + 2} with the header' if written else 'counted from 1'})"
