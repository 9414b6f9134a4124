"""Slices of transactions, by what was known at their time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from starcase.contract.request import Request
from starcase.systems.fraud.table import convert_to_table
from starcase.tables.clock import DAY, HOUR

AMOUNT_EDGES = (10.0, 50.0, 200.0)
AMOUNT_NAMES = ("up to 10", "10 to 50", "50 to 200", "over 200")
CARD_EDGES = (1.0, 10.0, 50.0)
CARD_NAMES = ("first one", "up to 10", "11 to 50", "over 50")
HOURS = 6


def build_slices(requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
    """Build one text column for each slicing, one row for each request.

    The hour of the day; the amount where there is one; where cards and terminals are known, how much a card has done in
    the longest window, and whether a fraud at the terminal has become known in it.

    Args:
        requests: (n,) the transactions.
        outcomes: n rows with ``amount``, which was known when the transaction was made.
    """
    given = convert_to_table(requests)
    start = pl.Series(given.at, dtype=pl.Int64) % DAY // (HOURS * HOUR) * HOURS
    table = pl.DataFrame(
        {"hours": [f"{hour:02d}-{hour + HOURS:02d} h" for hour in start.to_list()]}, schema={"hours": pl.String}
    )
    amount = outcomes["amount"]
    if (amount != 0).any():
        places = np.searchsorted(AMOUNT_EDGES, amount.to_numpy(), side="left")
        table = table.with_columns(amount=pl.Series([AMOUNT_NAMES[place] for place in places]))
    return table.with_columns(**_build_past_slices(given.features))


def _build_past_slices(features: pl.DataFrame) -> dict[str, pl.Series]:
    """Build the slices by the past of cards and terminals; the longest window is the last."""
    found = {}
    if counts := [name for name in features.columns if name.startswith("card count ")]:
        card = features[counts[-1]].to_numpy()
        places = np.searchsorted(CARD_EDGES, card, side="left")
        found["card"] = pl.Series([CARD_NAMES[place] for place in places], dtype=pl.String)
    if frauds := [name for name in features.columns if name.startswith("terminal frauds ")]:
        known = (features[frauds[-1]] > 0).to_list()
        found["terminal"] = pl.Series(["known fraud" if one else "no known fraud" for one in known], dtype=pl.String)
    return found
