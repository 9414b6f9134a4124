"""What a guard saw when it tripped."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry, Figure
from starcase.evidence.records import MonitorRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import part_shape
from starcase.report.pieces import Name, Sentence, count, figure, number, say
from starcase.report.records import Records


def tell_monitor(records: Records, entry: Entry, record: MonitorRecord) -> Iterator[Claim]:
    """Each guard that tripped; quiet ones are counted at the end of the story."""
    del records
    for place, reading in enumerate(record.readings):
        if not reading.tripped:
            continue
        where = f"{entry.id}#readings.{place}"
        said = say(
            "The guard {} tripped on {} after {} decisions: {} was {}, where {} is allowed.",
            Name(reading.guard, f"{where}.guard", code=True),
            Name(reading.arm, f"{where}.arm", code=True),
            count(value(f"{where}.n"), reading.n, "decisions"),
            Name(reading.observed.name, f"{where}.observed.name"),
            figure(reading.observed, f"{where}.observed"),
            _allowed(reading.allowed, f"{where}.allowed"),
        )
        yield Claim(section="action", topic="rollout", kind="value", sentence=said, weight=4, form="item")


def _allowed(shown: Figure, where: str) -> Sentence:
    """A share that somebody has set stands as it was written."""
    if shown.unit != "share" or shown.low is not None:
        return figure(shown, where)
    return (number(value(f"{where}.value"), shown.value, part_shape(shown.value), shown.name),)
