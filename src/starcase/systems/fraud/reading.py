"""Reading the transactions: every refusal names file, column, row and the mend."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from starcase.case.clock import SECOND
from starcase.case.spec import DataSpec
from starcase.errors import DataError

TIME, OUTCOME = "__time", "__outcome"


def read(data: DataSpec, folder: str) -> pl.DataFrame:
    """The table with two columns added: ``__time`` (microseconds UTC) and ``__outcome`` (0.0 or 1.0).

    Raises:
        DataError: the file is missing or empty, a column is missing or of the wrong type, times are not in order, an
            outcome is missing or neither 0 nor 1, or there is only one class.
    """
    path = Path(folder, data.path)
    table = _table(path)
    wanted = [data.time, data.target, data.id, data.unit, data.amount, *data.entities.values()]
    for column in filter(None, wanted):
        if column not in table.columns:
            raise DataError(
                f"there is no column {column!r}",
                where=str(path),
                mend=f"the columns are: {', '.join(table.columns[:40])}",
            )
    if table.height == 0:
        raise DataError("the file holds no rows", where=str(path), mend="export it again")
    table = table.with_columns(_time(table, data, path).alias(TIME), _outcome(table, data, path).alias(OUTCOME))
    _ordered(table, data, path)
    return table


def _table(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise DataError("the data file does not exist", where=str(path), mend="set data.path, relative to case.toml")
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, try_parse_dates=True, infer_schema_length=10_000)
    except pl.exceptions.NoDataError as error:
        raise DataError("the file is empty", where=str(path), mend="export it again") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            "the file cannot be read", where=str(path), why=reason, mend="save it as Parquet or CSV"
        ) from error


def _time(table: pl.DataFrame, data: DataSpec, path: Path) -> pl.Series:
    column = table[data.time]
    if column.null_count():
        raise DataError("a time is missing", where=_row(path, data.time, column.is_null()), mend="fill or drop the row")
    if column.dtype.is_numeric():
        epoch = datetime.fromisoformat(data.epoch)
        seconds = column.cast(pl.Float64)
        if not seconds.is_finite().all():
            raise DataError("a time is not finite", where=_row(path, data.time, ~seconds.is_finite()))
        return (seconds * SECOND).round().cast(pl.Int64) + round(epoch.timestamp() * SECOND)
    if column.dtype in (pl.Date, pl.Datetime) or isinstance(column.dtype, pl.Datetime):
        return column.cast(pl.Datetime("us")).cast(pl.Int64)
    raise DataError(
        f"{data.time!r} is {column.dtype}, not a time",
        where=f"{path}, column {data.time}",
        mend="write ISO 8601 times, or seconds since data.epoch",
    )


def _outcome(table: pl.DataFrame, data: DataSpec, path: Path) -> pl.Series:
    column = table[data.target]
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise DataError(
            f"{data.target!r} is {column.dtype}, not an outcome",
            where=f"{path}, column {data.target}",
            mend="write 1 for fraud and 0 for legitimate",
        )
    values = column.cast(pl.Float64)
    missing = values.is_null() | values.is_nan()
    if missing.any():
        raise DataError(
            "an outcome is missing",
            where=_row(path, data.target, missing),
            why="a transaction nobody has judged yet is not a legitimate one",
            mend="leave out transactions whose outcome is not known, or say when it will be with data.delay",
        )
    other = ~values.is_in([0.0, 1.0])
    if other.any():
        raise DataError("an outcome is neither 0 nor 1", where=_row(path, data.target, other))
    if values.n_unique() == 1:
        raise DataError(
            f"every outcome is {int(values[0])}",
            where=f"{path}, column {data.target}",
            mend="one class alone cannot be learnt from: check the column",
        )
    return values


def _ordered(table: pl.DataFrame, data: DataSpec, path: Path) -> None:
    times = table[TIME]
    backwards = (times.diff() < 0).fill_null(value=False)
    if backwards.any():
        raise DataError(
            "the rows are not in order of time",
            where=_row(path, data.time, backwards),
            mend=f"sort the file by {data.time}; rows of the same moment keep the order of the file",
        )
    if data.id and table[data.id].n_unique() < table.height:
        twice = table[data.id].is_duplicated()
        raise DataError("an id occurs twice", where=_row(path, data.id, twice), mend="ids name one row each")


def _row(path: Path, column: str, bad: pl.Series) -> str:
    return f"{path}, column {column}, row {bad.arg_true()[0] + 1}"
