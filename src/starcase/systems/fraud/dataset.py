"""The fraud dataset of a case: folds, requests with point-in-time features, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from starcase.contract.system import Fold
from starcase.evidence.records import CheckRecord
from starcase.systems.fraud.check import build_check_record
from starcase.systems.fraud.folds import build_inner_folds, build_time_folds
from starcase.systems.fraud.past.feature_stream import FeatureStream, create_feature_stream
from starcase.systems.fraud.past.window_plan import WindowPlan
from starcase.systems.fraud.table import TransactionTable
from starcase.systems.fraud.training import FraudTrainingSet
from starcase.systems.fraud.transactions import CARD, Transactions

BLOCKS = 300


@dataclass(frozen=True)
class FraudDataset:
    """Transactions in one global time order, with point-in-time features.

    Args:
        transactions: the transactions as read.
        features: n rows, one column for each feature, float64: only what was known at each row's time.
        money: names of the features that are amounts.
        base: names of the features in common use; see ``WindowPlan.base``.
        plan: the windows of the past that are features.
        review_cost: cost of one alert, in the case's currency; stored with each outcome for reviews.
    """

    transactions: Transactions
    features: pl.DataFrame
    money: frozenset[str]
    base: tuple[str, ...]
    plan: WindowPlan
    review_cost: float

    def check(self) -> CheckRecord:
        """The fingerprint, the first figures and the findings."""
        return self._checked

    @cached_property
    def _checked(self) -> CheckRecord:
        return build_check_record(self.transactions, self.features)

    def span(self) -> tuple[int, int]:
        """The first time and the time after the last one, microseconds UTC."""
        return int(self.transactions.at[0]), int(self.transactions.at[-1]) + 1

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        """``count`` folds in time order; the data end when the last label arrives."""
        rows = self.transactions
        start = self.span()[0] if since is None else since
        end = int(rows.arrival[-1]) if until is None else until
        return build_time_folds(rows.at, rows.arrival, rows.label, count=count, since=start, until=end)

    def inner(self, fold: Fold, *, count: int) -> Sequence[Fold]:
        """Inner folds: the last part of ``fold``'s training time in equal counts of rows with known labels."""
        rows = self.transactions
        return build_inner_folds(fold, rows.at, rows.arrival, rows.label, count=count)

    def train(self, fold: Fold, *, since: int | None = None) -> FraudTrainingSet:
        """All transactions from ``since`` to the end of training; labels only where they had arrived."""
        rows = self.transactions
        span = self._find_rows(self.span()[0] if since is None else since, fold.train_end)
        known = rows.arrival[span] <= fold.train_end
        return FraudTrainingSet(
            names=tuple(self.features.columns),
            x=np.ascontiguousarray(self.features[span].to_numpy(order="c"), dtype=np.float64),
            y=np.where(known, rows.label[span], np.nan),
            at=rows.at[span],
            amount=self._amounts[span],
            money=self.money,
            base=self.base,
            end=fold.train_end,
        )

    def training_rows(self, fold: Fold) -> pl.DataFrame:
        """The transactions whose label had arrived by the end of training; for gates."""
        table = self._build_outcomes(self.span()[0], fold.train_end)
        features = self.features[: table.height].to_struct("features")
        known = table.with_columns(features).filter(pl.col("arrival") <= fold.train_end)
        return known.select("id", "cluster", "at", "features", "outcome", known_at="arrival")

    def requests(self, fold: Fold) -> TransactionTable:
        """The transactions of the test span in order."""
        return self.select_requests(fold.test_start, fold.test_end)

    def select_requests(self, since: int, until: int) -> TransactionTable:
        """The transactions of ``[since, until)`` in order, each with its point-in-time features."""
        rows, span = self.transactions, self._find_rows(since, until)
        return TransactionTable(
            rows.ids[span], rows.units[span], rows.at[span].tolist(), self.features[span], self.money
        )

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """One row for each request; the extra columns are ``amount``, ``card`` and ``day`` (days since 1970)."""
        table = self._build_outcomes(fold.test_start, fold.test_end)
        matured = table["arrival"] <= fold.known_by
        return table.with_columns(matured=matured, outcome=pl.when(matured).then(table["outcome"])).drop("arrival")

    def retrospect(self, since: int, until: int) -> pl.DataFrame:
        """All outcomes as known today: columns as in ``outcomes``, and the cost of an alert."""
        return (
            self._build_outcomes(since, until)
            .drop("arrival")
            .with_columns(
                matured=pl.lit(value=True),
                review_cost=pl.lit(self.review_cost),
                currency=pl.lit(self.transactions.currency),
            )
        )

    def walk(self) -> FeatureStream:
        """A feature stream at the first transaction."""
        return create_feature_stream(self.transactions, self.plan)

    def _build_outcomes(self, since: int, until: int) -> pl.DataFrame:
        rows, span = self.transactions, self._find_rows(since, until)
        at = pl.Series("at", rows.at[span])
        return pl.DataFrame(
            {
                "id": pl.Series(rows.ids[span], dtype=pl.String),
                "unit": pl.Series(rows.units[span], dtype=pl.String),
                "cluster": pl.Series(self._assign_clusters(span), dtype=pl.String),
                "at": at,
                "outcome": pl.Series(rows.label[span]).cast(pl.Float64),
                "amount": pl.Series(self._amounts[span]),
                "card": pl.Series(rows.cards[span], dtype=pl.String),
                "day": at // 86_400_000_000,
                "arrival": pl.Series(rows.arrival[span]),
            }
        )

    def _assign_clusters(self, span: slice) -> Sequence[str]:
        """The independent clusters: cards or units; blocks of time where every row is another unit."""
        rows = self.transactions
        if CARD in rows.entities:
            return rows.entities[CARD][span]
        if rows.units is not rows.ids:
            return rows.units[span]
        first, last = self.span()
        width = max(1, (last - first) // BLOCKS)
        return [f"block-{block}" for block in ((rows.at[span] - first) // width).tolist()]

    def _find_rows(self, since: int, until: int) -> slice:
        edges = np.searchsorted(self.transactions.at, [since, until], side="left")
        return slice(int(edges[0]), int(max(edges)))

    @cached_property
    def _amounts(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        cents = self.transactions.cents
        return np.zeros(len(self.transactions)) if cents is None else cents / 100
