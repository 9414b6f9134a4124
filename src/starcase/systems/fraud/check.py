"""The situation in data: how much, how long, how much of it fraud, and what to beware of."""

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
        rows: what was read.
        features: (n, d) what models will see.
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
    """How many rows equal another row in every feature: twins that a random split would put on both sides.

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
                mend="bring more history before a difference is expected to show",
            )
        )
    if twins > MANY_TWINS * len(rows):
        found.append(
            Finding(
                severity="warning",
                where="all features",
                what=f"{twins} of {len(rows)} rows equal another in every feature",
                mend="folds are cut by time alone; look whether an export wrote rows twice",
            )
        )
    if rows.cents is None:
        found.append(
            Finding(
                severity="note",
                where="[data]",
                what="no amount is named: costs in money are not measured",
                mend="name `amount`",
            )
        )
    return tuple(found)
