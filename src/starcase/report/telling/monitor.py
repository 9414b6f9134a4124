"""Claims of tripped guards."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry, Figure
from starcase.evidence.records import MonitorRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import build_share_shape
from starcase.report.pieces import Name, Sentence, fill, format_count, format_figure, format_number
from starcase.report.records import Records


def describe_monitor(records: Records, entry: Entry, record: MonitorRecord) -> Iterator[Claim]:
    """Claims on each tripped guard; the others are counted at the end of the story."""
    del records
    for place, reading in enumerate(record.readings):
        if not reading.tripped:
            continue
        where = f"{entry.id}#readings.{place}"
        said = fill(
            "The guard {} tripped on {} after {} decisions: {} was {}, where {} is allowed.",
            Name(reading.guard, f"{where}.guard", code=True),
            Name(reading.arm, f"{where}.arm", code=True),
            format_count(value(f"{where}.n"), reading.n, "decisions"),
            Name(reading.observed.name, f"{where}.observed.name"),
            format_figure(reading.observed, f"{where}.observed"),
            _format_limit(reading.allowed, f"{where}.allowed"),
        )
        yield Claim(section="action", topic="rollout", kind="value", sentence=said, weight=4, form="item")


def _format_limit(shown: Figure, where: str) -> Sentence:
    """Return a configured share as it was written."""
    if shown.unit != "share" or shown.low is not None:
        return format_figure(shown, where)
    return (format_number(value(f"{where}.value"), shown.value, build_share_shape(shown.value), shown.name),)
