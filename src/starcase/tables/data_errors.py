"""What a data error says: file, column, row, and the mend."""

from __future__ import annotations

from starcase.errors import DataError


def build_data_error(
    what: str, *, file: str, column: str = "", row: int | None = None, why: str = "", mend: str = ""
) -> DataError:
    """The error that names the place; rows are counted from 1, the header apart, and beside it for what has one.

    >>> print(build_data_error("the user is missing", file="clicks.csv", column="user", row=3))
    the user is missing
      where: clicks.csv, column user, row 4 of the data (5 with the header)
    """
    places = [file, column and f"column {column}", "" if row is None else _describe_row(file, row)]
    return DataError(what, where=", ".join(place for place in places if place), why=why, mend=mend)


def _describe_row(file: str, row: int) -> str:
    written = not file.lower().endswith((".parquet", ".pq"))
    return f"row {row + 1} of the data ({f'{row + 2} with the header' if written else 'counted from 1'})"
