"""A stretch of history served as live traffic, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ReplayRecord
from starcase.story.claim import Claim
from starcase.story.expression import value
from starcase.story.pieces import Break, Name, count, figure, moment, say
from starcase.story.records import Records


def tell_replay(records: Records, entry: Entry, record: ReplayRecord) -> Iterator[Claim]:
    """From when to when, how much was served, and every figure that was measured."""
    del records
    at = entry.id
    said = say(
        "From {} to {} history was served as live traffic: {} decisions were taken, and {} outcomes became known.",
        moment(f"{at}#since", record.since),
        moment(f"{at}#until", record.until),
        count(value(f"{at}#decisions"), record.decisions, "decisions"),
        count(value(f"{at}#outcomes"), record.outcomes, "outcomes"),
    )
    yield Claim(section="result", topic="replay", kind="count", sentence=said, weight=2)
    for place, shown in enumerate(record.figures):
        where = f"{at}#figures.{place}"
        row = say("{}{}{}", Name(shown.name, f"{where}.name"), Break(), figure(shown, where))
        yield Claim(
            section="result",
            topic="replay",
            kind="value",
            sentence=row,
            weight=2,
            form="row",
            head=("replayed", "value"),
        )
