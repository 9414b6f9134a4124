"""What a data error says: file, column, row, and the mend."""

from __future__ import annotations

from starcase.errors import DataError


def refuse(
    what: str, *, file: str, column: str = "", row: int | None = None, why: str = "", mend: str = ""
) -> DataError:
    """The error that names the place; rows are counted from 1, the header apart.

    >>> print(refuse("the user is missing", file="clicks.csv", column="user", row=3))
    the user is missing
      where: clicks.csv, column user, row 4 (counted from 1)
    """
    places = [file, column and f"column {column}", "" if row is None else f"row {row + 1} (counted from 1)"]
    return DataError(what, where=", ".join(place for place in places if place), why=why, mend=mend)
