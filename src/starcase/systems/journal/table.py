"""Read the figures of a journal: a CSV with one figure in each row, and the hash of the file."""

from __future__ import annotations

from hashlib import sha256
from math import isfinite
from pathlib import Path

import polars as pl

from starcase.errors import DataError
from starcase.evidence import Figure
from starcase.evidence.records import NoteRecord
from starcase.tables.columns import require_columns

NEEDED = ("name", "value", "unit")
OPTIONAL = ("low", "high", "level", "n", "part", "source")
HEADER = ",".join(("when", *NEEDED, *OPTIONAL))


def read_table(file: Path) -> pl.DataFrame:
    """Read the table as text; raises DataError where it cannot be read or lacks a column."""
    try:
        rows = pl.read_csv(file, infer_schema=False)
    except (FileNotFoundError, pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        mend = f"write a CSV with the columns {HEADER}"
        raise DataError("the figures of the journal cannot be read", where=str(file), mend=mend) from error
    require_columns(rows.columns, {"name": "name", "value": "value", "unit": "unit"}, str(file))
    return rows.with_columns(pl.lit("").alias(name) for name in OPTIONAL if name not in rows.columns)


def build_figure_notes(file: Path, rows: pl.DataFrame, path: str) -> tuple[NoteRecord, ...]:
    """Build one note with figures for each story part; raises DataError naming an invalid row."""
    digest = sha256(file.read_bytes()).hexdigest()
    figures: dict[str, list[Figure]] = {}
    for number, row in enumerate(rows.iter_rows(named=True), start=2):
        part = (row["part"] or "result").strip()
        figures.setdefault(part, []).append(_parse_figure(row, f"{file}, line {number}"))
    return tuple(
        NoteRecord(text="", part=part, role="evidence", figures=tuple(found), path=path, sha256=digest)
        for part, found in figures.items()
    )


def _parse_figure(row: dict[str, str | None], where: str) -> Figure:
    value = _parse_number(row, "value", where)
    if value is None or not row["name"]:
        raise DataError(
            "a figure needs a name and a value", where=where, mend=f"fill in both; the columns are {HEADER}"
        )
    low, high, n = (_parse_number(row, key, where) for key in ("low", "high", "n"))
    both = low is not None and high is not None
    return Figure(
        name=row["name"] or "",
        value=value,
        unit=row["unit"] or "",
        low=low if both else None,
        high=high if both else None,
        level=(_parse_number(row, "level", where) or 0.95) if both else None,
        n=None if n is None else int(n),
        evidence_class="recorded",
    )


def _parse_number(row: dict[str, str | None], key: str, where: str) -> float | None:
    text = (row[key] or "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError as error:
        mend = "write a number such as 1240.5"
        raise DataError(f"{text!r} is not a number", where=f"{where}, column {key!r}", mend=mend) from error
    if not isfinite(number):
        raise DataError(f"{text!r} is not a finite number", where=f"{where}, column {key!r}", mend="leave it empty")
    return number
