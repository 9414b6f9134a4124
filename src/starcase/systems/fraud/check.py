"""The check record: size, span and fraud rate of the data, and warnings."""

from __future__ import annotations

import polars as pl

from starcase.evidence.figure import Figure
from starcase.evidence.records import CheckRecord, Finding
from starcase.systems.fraud.transactions import Transactions
from starcase.tables.clock import HOUR

FEW_FRAUDS = 100
MANY_TWINS = 0.01


def build_check_record(rows: Transactions, features: pl.DataFrame) -> CheckRecord:
    """The check record of a case's transactions.

    Args:
        rows: the transactions as read.
        features: (n, d) the features of the models.
    """
    n, frauds = len(rows), int(rows.label.sum())
    twins = count_duplicate_rows(features)
    figures = [
        Figure(name="transactions", value=n, unit="count"),
        Figure(name="frauds", value=frauds, unit="count", n=n),
        Figure(name="fraud share", value=frauds / n, unit="share", n=n),
        Figure(name="span", value=(int(rows.at[-1]) - int(rows.at[0])) / HOUR, unit="hours", n=n),
        Figure(name="label delay", value=float((rows.arrival[0] - rows.at[0]) / HOUR), unit="hours"),
        Figure(name="features", value=features.width, unit="count"),
        Figure(name="rows that equal another in every feature", value=twins, unit="count", n=n),
    ]
    if rows.cents is not None:
        stolen = int(rows.cents[rows.label == 1].sum()) / 100
        figures.append(Figure(name="fraud amount", value=stolen, unit=rows.currency, n=frauds))
    figures += [
        Figure(name=f"{name}s", value=len(set(keys)), unit="count", n=n) for name, keys in rows.entities.items()
    ]
    return CheckRecord(
        fingerprint=rows.fingerprint, figures=tuple(figures), findings=_collect_findings(rows, twins, frauds)
    )


def count_duplicate_rows(features: pl.DataFrame) -> int:
    """Count the rows that equal another row in every feature; a random split would put them on both sides.

    >>> count_duplicate_rows(pl.DataFrame({"a": [1.0, 2.0, 1.0]}))
    2
    """
    return int(features.is_duplicated().sum())


def _collect_findings(rows: Transactions, twins: int, frauds: int) -> tuple[Finding, ...]:
    found = list(rows.findings)
    if frauds < FEW_FRAUDS:
        found.append(
            Finding(
                severity="warning",
                where="target",
                what=f"{frauds} frauds carry wide intervals",
                mend="add more history; with so few frauds most differences will not be shown",
            )
        )
    if twins > MANY_TWINS * len(rows):
        found.append(
            Finding(
                severity="warning",
                where="all features",
                what=f"{twins} of {len(rows)} rows equal another in every feature",
                mend="check whether an export wrote rows twice; the folds are split by time only",
            )
        )
    if rows.cents is None:
        found.append(
            Finding(
                severity="note",
                where="[data]",
                what="the case names no amount column: costs in money are not measured",
                mend="name the column as `amount` under [data]",
            )
        )
    return tuple(found)
