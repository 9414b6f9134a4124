"""Read the target column as 0 and 1; both must occur."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.errors import quote_value
from starcase.systems.fraud.arrays import IntArray
from starcase.tables.data_errors import build_data_error


def read_labels(frame: pl.DataFrame, spec: DataSpec) -> IntArray:
    """Read the labels: 1 for fraud, 0 for legitimate, (n_rows,).

    Raises:
        DataError: a label is missing, is neither 0 nor 1, or all labels are equal.
    """
    series = frame[spec.target]
    if series.dtype == pl.String:
        numbers = series.str.strip_chars().cast(pl.Float64, strict=False)
    elif series.dtype == pl.Boolean or series.dtype.is_numeric():
        numbers = series.cast(pl.Float64)
    else:
        raise build_data_error(
            f"the target is of type {series.dtype}", file=spec.path, column=spec.target, mend="write 0 and 1"
        )
    missing = series.is_null() | (numbers.is_nan() & numbers.is_not_null())
    if missing.any():
        raise build_data_error(
            "the label is missing",
            file=spec.path,
            column=spec.target,
            row=int(missing.arg_max() or 0),
            why="a missing label does not mean a legitimate transaction",
            mend="leave such rows out of the file until their outcome is known",
        )
    wrong = (~numbers.is_in([0.0, 1.0])).fill_null(value=True)
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise build_data_error(
            f"{quote_value(series[row])} is not a label",
            file=spec.path,
            column=spec.target,
            row=row,
            mend="write 1 for fraud, else 0",
        )
    values = numbers.cast(pl.Int64).to_numpy()
    if np.unique(values).size < 2:  # noqa: PLR2004 - fraud and legitimate
        raise build_data_error(
            f"every label is {values[0]}",
            file=spec.path,
            column=spec.target,
            mend="use history with both frauds and legitimate transactions",
        )
    return values
