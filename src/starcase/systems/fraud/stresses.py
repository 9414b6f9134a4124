"""The same transactions on a bad day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from starcase.case.request import Request
from starcase.systems.fraud.table import TransactionTable, as_table

MISSING = 0.1
HOLIDAY = 1.5


def stresses(requests: Sequence[Request], rng: np.random.Generator) -> Mapping[str, TransactionTable]:
    """Requests with values missing, one feature gone altogether, and amounts risen as before holidays.

    Args:
        requests: (n,) the transactions.
        rng: draws what goes missing.
    """
    table = as_table(requests)
    names = table.features.columns
    lost = names[int(rng.integers(len(names)))]
    holes = [
        pl.when(pl.Series(name, rng.random(len(table)) >= MISSING)).then(pl.col(name)).alias(name) for name in names
    ]
    found = {
        "one value in ten missing": table.with_features(table.features.with_columns(holes)),
        f"feature {lost} missing": table.with_features(
            table.features.with_columns(pl.lit(None, pl.Float64).alias(lost))
        ),
    }
    if table.money:
        risen = [pl.col(name) * HOLIDAY for name in names if name in table.money]
        found["amounts up by half"] = table.with_features(table.features.with_columns(risen))
    return found
