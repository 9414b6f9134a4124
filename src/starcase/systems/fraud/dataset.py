"""Transactions in one global time order, with labels usable only once they have arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl

from starcase.case.clock import HOUR
from starcase.case.duration import duration
from starcase.case.fingerprint import fingerprint
from starcase.case.request import FloatArray, RequestTable
from starcase.case.spec import Case
from starcase.case.system import Fold
from starcase.errors import DataError
from starcase.evidence import Figure
from starcase.evidence.records import CheckRecord, Finding
from starcase.systems.fraud.reading import OUTCOME, TIME, read

SHIFT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Train:
    """What was known at one moment: rows whose label had arrived, in time order.

    Args:
        names: (k,) feature names.
        features: (n, k) float64.
        outcome: (n,) 0.0 or 1.0.
        at: (n,) microseconds UTC.
    """

    names: tuple[str, ...]
    features: FloatArray
    outcome: FloatArray
    at: np.ndarray


class FraudDataset:
    """A case's transactions.

    Features are the numeric columns that are neither time, outcome, id, unit, entity nor ignored, and the amount.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.delay = duration(case.data.delay)
        self.table = read(case.data, case.folder)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the features, in the order of the file."""
        data = self.case.data
        hidden = {data.time, data.target, data.id, data.unit, *data.entities.values(), *data.ignore, TIME, OUTCOME}
        numeric = (c for c in self.table.columns if c not in hidden and self.table[c].dtype.is_numeric())
        found = tuple(numeric)
        if not found:
            raise DataError("there is no numeric feature", where=data.path, mend="bring at least one numeric column")
        return found

    @cached_property
    def _ids(self) -> pl.Series:
        data = self.case.data
        given = self.table[data.id].cast(pl.String) if data.id else None
        return pl.Series("id", np.arange(self.table.height)).cast(pl.String) if given is None else given.alias("id")

    @cached_property
    def _units(self) -> pl.Series:
        data = self.case.data
        return self.table[data.unit].cast(pl.String).alias("unit") if data.unit else self._ids.alias("unit")

    @cached_property
    def _times(self) -> np.ndarray:
        return self.table[TIME].to_numpy()

    def check(self) -> CheckRecord:
        """Fingerprint, share of fraud, span, and what is worth knowing before anything is fitted."""
        table = self.table.drop(TIME, OUTCOME)
        frauds = int(self.table[OUTCOME].sum())
        start, end = self.span()
        unused = [
            c for c in table.columns if c not in self.names and table[c].dtype == pl.String
            and c not in {self.case.data.id, self.case.data.unit, *self.case.data.entities.values()}
        ]  # fmt: skip
        findings = [
            Finding(severity="note", where=column, what="text is not used as a feature", mend="encode it as numbers")
            for column in unused
        ]
        twins = int(table.is_duplicated().sum())
        if twins:
            what = f"{twins} rows are exact copies of another row: only a split by time keeps them on one side"
            findings.append(Finding(severity="warning", where=self.case.data.path, what=what))
        return CheckRecord(
            fingerprint=fingerprint(table, path=self.case.data.path),
            figures=(
                Figure(name="transactions", value=table.height, unit="count"),
                Figure(name="frauds", value=frauds, unit="count", n=table.height),
                Figure(name="share of fraud", value=frauds / table.height, unit="share", n=table.height),
                Figure(name="span", value=(end - start) / HOUR, unit="h"),
            ),
            findings=tuple(findings),
        )

    def span(self) -> tuple[int, int]:
        """First moment and the one after the last, microseconds UTC."""
        return int(self._times[0]), int(self._times[-1]) + 1

    def folds(self, *, count: int, since: int | None = None, until: int | None = None) -> Sequence[Fold]:
        """The later half of the span in ``count`` parts of equal length, each trained on all that was known before.

        The last part ends one label delay before the end, so that all its outcomes have arrived.
        """
        first, last = self.span()
        start, end = first if since is None else since, last if until is None else until
        edges = np.linspace((start + end) // SHIFT, end - self.delay, count + 1).astype(np.int64).tolist()
        if edges[-1] <= edges[0]:
            raise DataError(
                "the history is too short for its label delay",
                why=f"labels take {self.case.data.delay} to arrive",
                mend="bring more history",
            )
        return [
            self._whole(Fold(name=f"fold-{i}", train_end=a, test_start=a, test_end=b, known_by=end))
            for i, (a, b) in enumerate(pairwise(edges), 1)
        ]

    def inner(self, fold: Fold) -> Fold:
        """The last third of the training time, trained on what was known before it."""
        start = self.span()[0]
        cut = start + (fold.train_end - start) * 2 // 3
        return self._whole(
            Fold(
                name=f"{fold.name} inner",
                train_end=cut,
                test_start=cut,
                test_end=fold.train_end - self.delay,
                known_by=fold.train_end,
            )
        )

    def train(self, fold: Fold) -> Train:
        """Transactions whose label had arrived at ``fold.train_end``; raises DataError where one class is missing."""
        rows = slice(0, int(np.searchsorted(self._times + self.delay, fold.train_end, side="right")))
        outcome = self.table[OUTCOME][rows].to_numpy()
        if np.unique(outcome).size < 2:  # noqa: PLR2004 - both classes
            raise DataError(
                "the training time of a fold holds one class only",
                where=f"fold {fold.name}: {outcome.size} transactions, {int(outcome.sum())} frauds",
                mend="ask for fewer folds, or bring more history",
            )
        return Train(names=self.names, features=self._features(rows).to_numpy(), outcome=outcome, at=self._times[rows])

    def requests(self, fold: Fold) -> RequestTable:
        """The transactions of the test span."""
        rows = self._rows(fold.test_start, fold.test_end)
        ids, units = self._ids[rows].to_list(), self._units[rows].to_list()
        return RequestTable(ids, units, self._times[rows].tolist(), self._features(rows))

    def outcomes(self, fold: Fold) -> pl.DataFrame:
        """What was known of the test span by ``fold.known_by``."""
        rows = self._rows(fold.test_start, fold.test_end)
        matured = self._times[rows] + self.delay <= fold.known_by
        return self.retrospect(fold.test_start, fold.test_end).with_columns(
            matured=pl.Series(matured), outcome=pl.when(pl.Series(matured)).then(pl.col("outcome"))
        )

    def retrospect(self, since: int, until: int) -> pl.DataFrame:
        """Every transaction of the span with what history knows of it today; ``amount`` is null where there is none."""
        rows = self._rows(since, until)
        data = self.case.data
        amount = self.table[data.amount][rows].cast(pl.Float64) if data.amount else None
        units = self._units[rows]
        return pl.DataFrame(
            {"id": self._ids[rows], "unit": units, "cluster": units.alias("cluster"), "at": self._times[rows],
             "outcome": self.table[OUTCOME][rows], "amount": amount},
            schema_overrides={"amount": pl.Float64},
        )  # fmt: skip

    def _rows(self, since: int, until: int) -> slice:
        first, last = np.searchsorted(self._times, [since, until], side="left")
        return slice(int(first), int(last))

    def _features(self, rows: slice) -> pl.DataFrame:
        return self.table[rows].select(pl.col(self.names).cast(pl.Float64).fill_null(float("nan")))

    def _whole(self, fold: Fold) -> Fold:
        rows = self._rows(fold.test_start, fold.test_end)
        outcome = self.table[OUTCOME][rows]
        if outcome.n_unique() < 2:  # noqa: PLR2004 - both classes
            raise DataError(
                "the test span of a fold holds one class only",
                where=f"{fold.name}: {outcome.len()} transactions, {int(outcome.sum())} frauds",
                mend="ask for fewer folds, or bring more history",
            )
        return fold
