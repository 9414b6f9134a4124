"""The whole story."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.story.claim import SECTIONS
from starcase.story.document import Block, Heading, grouped
from starcase.story.narrative import Narrative, appendix
from starcase.story.records import Records
from starcase.story.views.part import written
from starcase.story.views.pictures import illustrated


def star(told: Narrative, records: Records) -> Iterator[Block]:
    """Situation, task, action, result, reflection, and every record they rest on."""
    for section in SECTIONS:
        yield Heading(2, section.capitalize())
        yield from illustrated(records, grouped(written(told.of(section))))
    yield Heading(2, "Records")
    yield from grouped(tuple(appendix(records, written(told.claims))), topics=False)
