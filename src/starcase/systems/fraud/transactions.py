"""The transactions of a case, read and checked, in order of (time, id)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from starcase.contract.case_spec import Case, DataSpec
from starcase.evidence.records import Finding, Fingerprint
from starcase.systems.fraud.arrays import IntArray
from starcase.systems.fraud.data.amounts import read_cents
from starcase.systems.fraud.data.columns import select_feature_columns
from starcase.systems.fraud.data.data_file import read
from starcase.systems.fraud.data.identifiers import read_ids, read_keys
from starcase.systems.fraud.data.labels import read_labels
from starcase.systems.fraud.data.timestamps import read_timestamps
from starcase.systems.fraud.options import FraudOptions
from starcase.tables.data_errors import build_data_error
from starcase.tables.duration import parse_duration
from starcase.tables.fingerprint import compute_fingerprint

TERMINAL = "terminal"
CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transactions:
    """Columns of n transactions, aligned.

    Args:
        ids: (n,) decision ids, unique.
        units: (n,) what is randomised.
        at: (n,) microseconds UTC, never decreasing.
        label: (n,) 1 for fraud; known only from ``arrival`` on.
        arrival: (n,) when the label becomes known, microseconds UTC.
        cents: (n,) amounts; None where the case names no amount.
        amount: name of the amount column, empty where there is none.
        currency: the unit of the amounts.
        entities: (n,) keys by entity name: ``card``, ``terminal``.
        raw: n rows, the file's own feature columns as float64.
        fingerprint: of the file's content.
        findings: of the reading.
    """

    ids: Sequence[str]
    units: Sequence[str]
    at: IntArray
    label: IntArray
    arrival: IntArray
    cents: IntArray | None
    amount: str
    currency: str
    entities: Mapping[str, Sequence[str]]
    raw: pl.DataFrame
    fingerprint: Fingerprint
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def cards(self) -> Sequence[str]:
        """The card of each transaction where the case names one, else the unit."""
        return self.entities.get(CARD, self.units)


def read_transactions(case: Case, options: FraudOptions) -> Transactions:
    """Read and check the data of a case.

    Raises:
        DataError: the file cannot be used; the message names file, column, row and mend.
    """
    spec = case.data
    frame = read(spec, case.folder)
    found = read_timestamps(frame, spec)
    at = found.at
    names = read_ids(frame, spec, at)
    label = read_labels(frame, spec)
    features = select_feature_columns(frame, spec, levels=options.one_hot_levels)
    money = read_cents(frame, spec) if spec.amount else None
    raw = features.frame
    if money is not None:
        raw = pl.DataFrame([*raw, pl.Series(spec.amount, money / 100)])
    entities = {name: read_keys(frame, spec, column, name) for name, column in spec.entities.items()}
    if not raw.width and not entities:
        raise build_data_error(
            "the file has no feature columns", file=spec.path, mend="add feature columns to time and target"
        )
    return Transactions(
        ids=names,
        units=_read_units(frame, spec, entities, names),
        at=at,
        label=label,
        arrival=at + parse_duration(spec.delay, key="data.delay"),
        cents=money,
        amount=spec.amount,
        currency=spec.currency,
        entities=entities,
        raw=raw,
        fingerprint=compute_fingerprint(frame, path=spec.path),
        findings=(*found.findings, *features.findings),
    )


def _read_units(
    frame: pl.DataFrame, spec: DataSpec, entities: Mapping[str, Sequence[str]], names: Sequence[str]
) -> Sequence[str]:
    if spec.unit:
        return read_keys(frame, spec, spec.unit, "unit")
    return entities.get(CARD, names)
