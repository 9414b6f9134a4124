"""One page for whoever has to decide: what serves, why, what went wrong, what holds from now on."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.story.document import Block
from starcase.story.narrative import Narrative
from starcase.story.records import Records
from starcase.story.views.part import on, part

HEAVY = 3


def memo(told: Narrative, records: Records) -> Iterator[Block]:
    """Only what weighs most, with every candidate's figure."""
    del records
    yield from part("Where it stands", on(told, "ending"), silence="Nothing has been rolled out yet.")
    yield from part("The question", (c for c in told.of("task") if c.weight >= HEAVY))
    shown = [c for c in on(told, "contest") if c.form == "row" or c.weight >= HEAVY]
    yield from part("What was compared", shown, silence="No contest has been held yet.")
    yield from part("What was decided", on(told, "choice", "waiver", least=HEAVY))
    yield from part("What live traffic showed", on(told, "experiment", "shadow", least=HEAVY))
    yield from part("What went wrong", [c for c in told.claims if c.topic == "harm" or c.entry.startswith("monitor-")])
    yield from part("What holds from now on", on(told, "lesson"), silence="No lesson has been recorded yet.")
