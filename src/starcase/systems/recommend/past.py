"""What a user had taken before a moment, as the features of a request."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from starcase.systems.recommend.arrays import IntArray
from starcase.systems.recommend.history import FEATURE, history_text
from starcase.systems.recommend.interactions import Interactions

PAST = "past"
FEATURES = {FEATURE: pl.String(), PAST: pl.Int64()}


def past_rows(rows: Interactions, user: int, before: int) -> IntArray:
    """The rows of a user's interactions before a moment, in order of time."""
    order, begins = rows.of_user
    mine = order[begins[user] : begins[user + 1]]
    return mine[: int(np.searchsorted(rows.at[mine], before, side="left"))]


def features(rows: Interactions, user: int, before: int, most: int) -> dict[str, Any]:
    """The latest ``most`` interactions of a user before a moment, and how many there were in all."""
    past = past_rows(rows, user, before)
    shown = past[-most:]
    names = [rows.items[item] for item in rows.item[shown].tolist()]
    return {FEATURE: history_text(rows.at[shown].tolist(), names), PAST: int(past.size)}
