"""Stress scenarios of the fraud system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from starcase.contract.request import Request
from starcase.systems.fraud.past.window_plan import COUNTS, NO_NUMBER, OF_LABELS
from starcase.systems.fraud.table import TransactionTable, convert_to_table

MISSING = 0.1
HOLIDAY = 1.5


def build_stresses(requests: Sequence[Request], rng: np.random.Generator) -> Mapping[str, TransactionTable]:
    """Build requests with missing values, a missing feature, higher amounts and volume, and no known outcome.

    Amounts and volume rise as before holidays; no outcome is known where the review of cases is late.

    Args:
        requests: (n,) the transactions.
        rng: draws what goes missing.
    """
    table = convert_to_table(requests)
    names = table.features.columns
    lost = names[int(rng.integers(len(names)))]
    holes = [
        pl.when(pl.Series(name, rng.random(len(table)) >= MISSING)).then(pl.col(name)).alias(name) for name in names
    ]
    found = {
        "one value in ten missing": table.replace_features(table.features.with_columns(holes)),
        f"feature {lost} missing": table.replace_features(
            table.features.with_columns(pl.lit(None, pl.Float64).alias(lost))
        ),
    }
    if table.money:
        risen = [pl.col(name) * HOLIDAY for name in names if name in table.money]
        found["amounts up by half"] = table.replace_features(table.features.with_columns(risen))
    if busier := [pl.col(name) * HOLIDAY for name in names if name.startswith(COUNTS)]:
        found["volume up by half"] = table.replace_features(table.features.with_columns(busier))
    if silent := [_reset_feature(name) for name in names if name.startswith(OF_LABELS)]:
        found["no outcome known yet"] = table.replace_features(table.features.with_columns(silent))
    return found


def _reset_feature(name: str) -> pl.Expr:
    """Reset the feature to its value before any outcome is known."""
    return pl.lit(float("nan") if name.startswith(NO_NUMBER) else 0.0).alias(name)
