"""The whole story."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.report.claim import SECTIONS
from starcase.report.document import Block, Heading, group_claims
from starcase.report.narrative import Narrative, list_cited_records
from starcase.report.records import Records
from starcase.report.views.chart_placement import add_charts
from starcase.report.views.sections import select_written


def build_star(told: Narrative, records: Records) -> Iterator[Block]:
    """Situation, task, action, result, reflection, and every record they rest on."""
    for section in SECTIONS:
        yield Heading(2, section.capitalize())
        yield from add_charts(records, group_claims(select_written(told.select(section))))
    yield Heading(2, "Records")
    yield from group_claims(tuple(list_cited_records(records, select_written(told.claims))), topics=False)
