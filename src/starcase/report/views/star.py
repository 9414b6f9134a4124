"""The whole story."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.report.claim import SECTIONS
from starcase.report.document import Block, Heading, grouped
from starcase.report.narrative import Narrative, appendix
from starcase.report.records import Records
from starcase.report.views.chart_placement import illustrated
from starcase.report.views.sections import written


def star(told: Narrative, records: Records) -> Iterator[Block]:
    """Situation, task, action, result, reflection, and every record they rest on."""
    for section in SECTIONS:
        yield Heading(2, section.capitalize())
        yield from illustrated(records, grouped(written(told.of(section))))
    yield Heading(2, "Records")
    yield from grouped(tuple(appendix(records, written(told.claims))), topics=False)
