"""What a guard saw when it tripped."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import MonitorRecord
from starcase.story.claim import Claim
from starcase.story.expression import value
from starcase.story.pieces import Name, count, figure, say
from starcase.story.records import Records


def tell_monitor(records: Records, entry: Entry, record: MonitorRecord) -> Iterator[Claim]:
    """Each guard that tripped; quiet ones are counted at the end of the story."""
    del records
    for place, reading in enumerate(record.readings):
        if not reading.tripped:
            continue
        where = f"{entry.id}#readings.{place}"
        said = say(
            "The guard {} tripped on {} after {} decisions: it saw {}, and {} is allowed.",
            Name(reading.guard, f"{where}.guard", code=True),
            Name(reading.arm, f"{where}.arm", code=True),
            count(value(f"{where}.n"), reading.n, "decisions"),
            figure(reading.observed, f"{where}.observed"),
            figure(reading.allowed, f"{where}.allowed"),
        )
        yield Claim(section="action", topic="rollout", kind="value", sentence=said, weight=4, form="item")
