"""The features of a request: the user's history before a moment."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from starcase.systems.recommend.arrays import IntArray
from starcase.systems.recommend.history import FEATURE, encode_history
from starcase.systems.recommend.interactions import Interactions

PAST = "past"
_FEATURES = {FEATURE: pl.String(), PAST: pl.Int64()}


def build_schema(rows: Interactions) -> dict[str, pl.DataType]:
    """Build the schema of request features."""
    return {**_FEATURES, **dict.fromkeys(rows.carried, pl.String())}


def find_past_rows(rows: Interactions, user: int, before: int) -> IntArray:
    """Find the rows of a user's interactions before a moment, in order of time."""
    order, begins = rows.of_user
    mine = order[begins[user] : begins[user + 1]]
    return mine[: int(np.searchsorted(rows.at[mine], before, side="left"))]


def collect_features(rows: Interactions, user: int, before: int, most: int) -> dict[str, Any]:
    """Collect the latest ``most`` interactions of a user before a moment, their total number, and carried columns.

    Columns that identify a basket (a device, a shop) are those of the last basket; a live request has its own.
    """
    past = find_past_rows(rows, user, before)
    shown = past[-most:]
    names = [rows.items[item] for item in rows.item[shown].tolist()]
    last = {name: values[past[-1]] if past.size else None for name, values in rows.carried.items()}
    return {FEATURE: encode_history(rows.at[shown].tolist(), names), PAST: int(past.size), **last}
