"""Row ids and entity keys, read as text and never used as features."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.errors import quote_value
from starcase.systems.fraud.arrays import IntArray
from starcase.tables.data_errors import build_data_error


def read_ids(frame: pl.DataFrame, spec: DataSpec, at: IntArray) -> list[str]:
    """Read the id of each row: from the column the case names, or the row number from 0.

    Rows of the same moment are taken in the order of their ids where these are numbers, else in the order of the file.

    Raises:
        DataError: an id is missing or repeated, or two rows of one moment are not in the order of their ids.
    """
    if not spec.id:
        return [str(row) for row in range(frame.height)]
    series = _require_complete(frame, spec, spec.id, "id")
    if not (first := series.is_first_distinct()).all():
        row = int(first.arg_min() or 0)
        earlier = int((series == series[row]).arg_max() or 0)
        raise build_data_error(
            f"the id {quote_value(series[row])} occurs twice",
            file=spec.path,
            column=spec.id,
            row=row,
            why=f"row {earlier + 1} has it too",
            mend="give each row its own id",
        )
    if series.dtype.is_integer():
        numbers = series.to_numpy()
        swapped = np.flatnonzero((np.diff(at) == 0) & (np.diff(numbers) < 0))
        if swapped.size:
            row = int(swapped[0]) + 1
            raise build_data_error(
                f"two rows of one moment are not in the order of their ids: {numbers[row]} follows {numbers[row - 1]}",
                file=spec.path,
                column=spec.id,
                row=row,
                mend=f"sort the file by {spec.time} and {spec.id}",
            )
    return series.cast(pl.String).to_list()


def read_keys(frame: pl.DataFrame, spec: DataSpec, column: str, word: str) -> list[str]:
    """Read a column that identifies a card, a terminal or a unit, as text.

    Raises:
        DataError: one of them is missing.
    """
    return _require_complete(frame, spec, column, word).cast(pl.String).to_list()


def _require_complete(frame: pl.DataFrame, spec: DataSpec, column: str, word: str) -> pl.Series:
    series = frame[column]
    if series.null_count():
        raise build_data_error(
            f"the {word} is missing", file=spec.path, column=column, row=int(series.is_null().arg_max() or 0)
        )
    if series.dtype.is_float():
        raise build_data_error(
            f"the {word} is of type {series.dtype}",
            file=spec.path,
            column=column,
            mend="store it as text or whole number",
        )
    return series
