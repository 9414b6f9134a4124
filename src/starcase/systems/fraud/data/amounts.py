"""Convert amounts to whole cents, so that sums are exact."""

from __future__ import annotations

import numpy as np
import polars as pl

from starcase.contract.case_spec import DataSpec
from starcase.errors import quote_value
from starcase.systems.fraud.arrays import IntArray
from starcase.tables.data_errors import build_data_error

CENTS = 100
LARGEST = 2**53 // CENTS


def read_cents(frame: pl.DataFrame, spec: DataSpec) -> IntArray:
    """Read the amount of each row in cents, rounded half to even, (n_rows,).

    Raises:
        DataError: an amount is missing, not a number, or too large to be exact.

    >>> frame = pl.DataFrame({"eur": [1.10, 0.125, 0.0]})
    >>> read_cents(frame, DataSpec(path="a", time="t", target="y", amount="eur")).tolist()
    [110, 12, 0]
    """
    series = frame[spec.amount]
    if not series.dtype.is_numeric():
        numbers = series.cast(pl.String).cast(pl.Float64, strict=False)
        bad = (numbers.is_null() & series.is_not_null()).arg_max()
        raise build_data_error(
            f"the amount is of type {series.dtype}",
            file=spec.path,
            column=spec.amount,
            row=int(bad or 0),
            why=f"{quote_value(series[int(bad or 0)])} is not a number",
            mend="write amounts as plain numbers in major units, such as 12.50",
        )
    values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    wrong = ~(np.abs(values) <= LARGEST)
    if wrong.any():
        row = int(wrong.argmax())
        raise build_data_error(
            f"the amount is {series[row]}",
            file=spec.path,
            column=spec.amount,
            row=row,
            mend="give every row its amount",
        )
    return np.asarray(np.rint(values * CENTS), dtype=np.int64)
