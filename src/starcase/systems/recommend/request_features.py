"""What a user had taken before a moment, as the features of a request."""

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
    """The features of a request."""
    return {**_FEATURES, **dict.fromkeys(rows.carried, pl.String())}


def find_past_rows(rows: Interactions, user: int, before: int) -> IntArray:
    """The rows of a user's interactions before a moment, in order of time."""
    order, begins = rows.of_user
    mine = order[begins[user] : begins[user + 1]]
    return mine[: int(np.searchsorted(rows.at[mine], before, side="left"))]


def collect_features(rows: Interactions, user: int, before: int, most: int) -> dict[str, Any]:
    """The latest ``most`` interactions of a user before a moment, how many there were in all, and what is carried.

    What identifies a basket beside its user (a device, a shop) is that of the last one; a live request brings its own.
    """
    past = find_past_rows(rows, user, before)
    shown = past[-most:]
    names = [rows.items[item] for item in rows.item[shown].tolist()]
    last = {name: values[past[-1]] if past.size else None for name, values in rows.carried.items()}
    return {FEATURE: encode_history(rows.at[shown].tolist(), names), PAST: int(past.size), **last}
