"""Read a Parquet or CSV file and check that it has rows and the columns the case names."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.errors import list_names, quote_value
from starcase.tables.data_errors import build_data_error
from starcase.tables.read_errors import diagnose_read_error

FIRST = 1_000
NOTHING = ["", "NA", "NaN", "nan", "null"]


def read(spec: DataSpec, folder: str) -> pl.DataFrame:
    """Read the table without changing its values.

    Args:
        spec: names the file and its columns.
        folder: the base of a relative path.

    Raises:
        DataError: the file is missing, unreadable or empty, or lacks a column.
    """
    path = Path(folder) / spec.path
    if not path.is_file():
        raise build_data_error("the data file is not there", file=str(path), mend="correct `path` under [data]")
    try:
        frame = _read_parquet_or_csv(path, spec)
    except (pl.exceptions.PolarsError, OSError) as error:
        if isinstance(error, pl.exceptions.NoDataError):
            raise build_data_error("the file is empty", file=spec.path, mend="export the transactions again") from error
        raise diagnose_read_error(path, error, separator=_choose_separator(path)) from error
    for key, column in list_named_columns(spec).items():
        if column not in frame.columns:
            near = difflib.get_close_matches(column, frame.columns, n=1)
            raise build_data_error(
                f"there is no column {quote_value(column)}"
                + (f"; the nearest is {quote_value(near[0])}" if near else ""),
                file=spec.path,
                why=f"the case names it as {key}; the file has: {list_names(frame.columns)}",
                mend=f"correct `{key}` under [data]",
            )
    if frame.height == 0:
        raise build_data_error(
            "the file holds a header and no rows", file=spec.path, mend="export the transactions again"
        )
    return frame


def list_named_columns(spec: DataSpec) -> Mapping[str, str]:
    """Return the columns a case names, by the key that names them.

    >>> list_named_columns(DataSpec(path="a.csv", time="t", target="y", entities={"card": "pan"}))["entities.card"]
    'pan'
    """
    keys = {key: getattr(spec, key) for key in ("time", "target", "id", "unit", "amount")}
    keys |= {f"entities.{name}": column for name, column in spec.entities.items()}
    keys |= {f"ignore[{place}]": column for place, column in enumerate(spec.ignore)}
    return {key: column for key, column in keys.items() if column}


def _read_parquet_or_csv(path: Path, spec: DataSpec) -> pl.DataFrame:
    if path.suffix.lower() in {".parquet", ".pq"}:
        return pl.read_parquet(path)
    text = dict.fromkeys([spec.time, *filter(None, [spec.unit]), *spec.entities.values()], pl.String)
    found = _read_csv(path, text, dates=False)
    words = [name for name, kind in found.schema.items() if kind == pl.String and name not in text]
    return _read_csv(path, text, dates=True) if any(_has_only_dates(found[name]) for name in words) else found


def _read_csv(path: Path, text: Mapping[str, type[pl.String]], *, dates: bool) -> pl.DataFrame:
    """Read the CSV with types that fit all rows; date detection takes most of the time."""
    return pl.read_csv(
        path,
        separator=_choose_separator(path),
        infer_schema_length=None,
        try_parse_dates=dates,
        schema_overrides=dict(text),
        null_values=NOTHING,
    )


def _has_only_dates(column: pl.Series) -> bool:
    """Whether the first values of a text column are all dates or times; otherwise the column stays text."""
    some = column.drop_nulls().head(FIRST).to_frame()
    if not some.height:
        return False
    read = pl.read_csv(some.write_csv().encode(), infer_schema_length=None, try_parse_dates=True)
    return read.dtypes[0].is_temporal()


def _choose_separator(path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else ","
