"""Ways of slicing transactions, by what was known when they were made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from starcase.case.clock import DAY, HOUR
from starcase.case.request import Request
from starcase.systems.fraud.table import as_table

AMOUNT_EDGES = (10.0, 50.0, 200.0)
AMOUNT_NAMES = ("up to 10", "10 to 50", "50 to 200", "over 200")
HOURS = 6


def slices(requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
    """One string column a way of slicing, one row a request: hour of the day, and amount where there is one.

    Args:
        requests: (n,) the transactions.
        outcomes: n rows with ``amount``, which was known when the transaction was made.
    """
    at = pl.Series(as_table(requests).at, dtype=pl.Int64)
    start = at % DAY // (HOURS * HOUR) * HOURS
    table = pl.DataFrame(
        {"hours": [f"{hour:02d}-{hour + HOURS:02d} h" for hour in start.to_list()]}, schema={"hours": pl.String}
    )
    amount = outcomes["amount"]
    if not (amount != 0).any():
        return table
    places = np.searchsorted(AMOUNT_EDGES, amount.to_numpy(), side="left")
    return table.with_columns(amount=pl.Series([AMOUNT_NAMES[place] for place in places]))
