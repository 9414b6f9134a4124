"""Load the dataset of a case, cached while file and columns are unchanged."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from starcase.contract.case_spec import Case
from starcase.systems.fraud.arrays import IntArray
from starcase.systems.fraud.dataset import FraudDataset
from starcase.systems.fraud.options import FraudOptions
from starcase.systems.fraud.past.feature_stream import compute_feature_table, create_feature_stream
from starcase.systems.fraud.past.window_plan import create_window_plan
from starcase.systems.fraud.transactions import Transactions, read_transactions
from starcase.tables.clock import DAY, HOUR

NIGHT_ENDS = 7 * HOUR
WEEK, THURSDAY, SATURDAY = 7, 3, 5  # the first of January 1970 was a Thursday; Monday counts as 0


def load_dataset(case: Case, options: FraudOptions) -> FraudDataset:
    """Return the dataset of a case; a second call in the same process does not read the file again.

    Raises:
        DataError: the file cannot be used; the message names file, column, row and mend.
    """
    path = Path(case.folder) / case.data.path
    state = path.stat() if path.is_file() else None
    key = (str(path.resolve()), state and (state.st_mtime_ns, state.st_size), repr(case.data), repr(options))
    return _load_cached(_DatasetKey(key, case, options))


class _DatasetKey:
    """A case that equals another one where file, columns and options are the same."""

    __slots__ = ("case", "key", "options")

    def __init__(self, key: object, case: Case, options: FraudOptions) -> None:
        self.key = key
        self.case = case
        self.options = options

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _DatasetKey) and self.key == other.key


@lru_cache(maxsize=1)
def _load_cached(asked: _DatasetKey) -> FraudDataset:
    return build_dataset(read_transactions(asked.case, asked.options), asked.options)


def build_dataset(rows: Transactions, options: FraudOptions) -> FraudDataset:
    """Build the transactions with their point-in-time features; labels enter when they arrived."""
    plan = create_window_plan(options, frozenset(rows.entities), money=rows.cents is not None)
    present = pl.DataFrame([*rows.raw, *build_calendar_features(rows.at)]) if options.calendar else rows.raw
    names = plan.names()
    past = (
        compute_feature_table(create_feature_stream(rows, plan), len(rows), len(names), rows.label, rows.arrival)
        if names
        else np.empty((0, 0))
    )
    columns = [pl.Series(name, past[:, place]) for place, name in enumerate(names)]
    return FraudDataset(
        transactions=rows,
        features=pl.DataFrame([*present, *columns]),
        money=plan.amounts() | ({rows.amount} if rows.amount else frozenset()),
        base=(*present.columns, *plan.base()),
        plan=plan,
        review_cost=options.review_cost,
    )


def build_calendar_features(at: IntArray) -> pl.DataFrame:
    """Return whether it is night (before 7:00) and whether it is weekend, UTC, as 0 and 1.

    >>> build_calendar_features(np.array([0, 53 * HOUR])).rows()  # a Thursday at midnight, the Saturday after at five
    [(1.0, 0.0), (1.0, 1.0)]
    """
    days = at // DAY
    return pl.DataFrame(
        {
            "night": (at % DAY < NIGHT_ENDS).astype(np.float64),
            "weekend": ((days + THURSDAY) % WEEK >= SATURDAY).astype(np.float64),
        }
    )
