"""Slices of users, by what was known at the request."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from starcase.contract.request import Request
from starcase.systems.recommend.history import FEATURE, decode_history
from starcase.systems.recommend.request_features import PAST
from starcase.tables.clock import DAY

PASTS = ((1, "no past"), (10, "under 10 taken"), (50, "10 to 49 taken"), (200, "50 to 199 taken"))
MANY = "200 taken or more"
AGES = ((30, "within 30 days"), (90, "31 to 90 days ago"))
LONG_AGO, NEVER = "longer ago", "never"


def assign_slices(requests: Sequence[Request], outcomes: pl.DataFrame) -> pl.DataFrame:
    """Assign slices by the number of earlier interactions and the time since the last one."""
    del outcomes
    rows = [(_classify_past(request), _classify_recency(request)) for request in requests]
    return pl.DataFrame(rows, schema={"past": pl.String, "last taken": pl.String}, orient="row")


def _classify_past(request: Request) -> str:
    count = float(request.features.get(PAST) or 0)
    return next((name for below, name in PASTS if count < below), MANY)


def _classify_recency(request: Request) -> str:
    moments = decode_history(request.features.get(FEATURE))
    if not moments:
        return NEVER
    days = np.ceil((request.at - moments[-1][0]) / DAY)
    return next((name for most, name in AGES if days <= most), LONG_AGO)
