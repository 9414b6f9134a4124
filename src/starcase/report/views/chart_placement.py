"""Placement of charts: each is placed before the figures it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, CostRecord, ReadingRecord, ShadowRecord
from starcase.report.charts import (
    ANSWER,
    MEMORY,
    Chart,
    draw_front,
    draw_looks,
    draw_pairs,
    draw_scaling_curve,
    draw_shares,
    draw_standings,
)
from starcase.report.document import Block, Group
from starcase.report.records import Records
from starcase.report.telling import comparisons as telling_pairs
from starcase.report.telling import contest, growth


def add_charts(records: Records, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, each after the chart of its figures where there is one."""
    drawn: set[str] = set()
    for block in blocks:
        if isinstance(block, Group):
            chart = _select_chart(records, block)
            if chart is not None and chart.about + block.claims[0].entry not in drawn:
                drawn.add(chart.about + block.claims[0].entry)
                yield chart
        yield block


def _select_chart(records: Records, group: Group) -> Chart | None:
    first = group.claims[0]
    if first.topic == "ending" or (first.topic == "timeline" and group.form == "row"):
        return draw_shares(records)
    if not first.entry:
        return None
    return _draw_record(records, records.entry(first.entry), group)


def _draw_record(records: Records, entry: Entry, group: Group) -> Chart | None:
    chart: Chart | None = None
    match entry.record:
        case ContestRecord() as held if group.head == contest.HEAD:
            chart = draw_standings(records, entry, held)
        case ContestRecord() as held if group.head == telling_pairs.HEAD:
            chart = draw_pairs(records, entry, held)
        case CostRecord() as cost if group.form == "row" and group.head == growth.HEAD:
            chart = draw_scaling_curve(records, entry, cost, ANSWER)
        case CostRecord() as cost if group.form == "row" and group.head and group.head[1] == growth.NEEDS:
            chart = draw_scaling_curve(records, entry, cost, MEMORY)
        case CostRecord() as cost if group.form == "row":
            chart = draw_front(records, entry, cost)
        case ReadingRecord() | ShadowRecord() as look if group.claims[0].section == "result" and group.form == "item":
            chart = draw_looks(records, entry, look)
    return chart
