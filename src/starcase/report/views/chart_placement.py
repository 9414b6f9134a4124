"""Charts set before what they show: each draws the figures that stand below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, CostRecord, ReadingRecord, ShadowRecord
from starcase.report.charts import ANSWER, MEMORY, Chart, curve, front, looks, pairs, shares, standings
from starcase.report.document import Block, Group
from starcase.report.records import Records
from starcase.report.telling import comparisons as telling_pairs
from starcase.report.telling import contest, growth


def illustrated(records: Records, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, each after the chart of its figures where there is one."""
    drawn: set[str] = set()
    for block in blocks:
        if isinstance(block, Group):
            chart = _chart(records, block)
            if chart is not None and chart.about + block.claims[0].entry not in drawn:
                drawn.add(chart.about + block.claims[0].entry)
                yield chart
        yield block


def _chart(records: Records, group: Group) -> Chart | None:
    first = group.claims[0]
    if first.topic == "ending" or (first.topic == "timeline" and group.form == "row"):
        return shares(records)
    if not first.entry:
        return None
    return _of_record(records, records.entry(first.entry), group)


def _of_record(records: Records, entry: Entry, group: Group) -> Chart | None:
    chart: Chart | None = None
    match entry.record:
        case ContestRecord() as held if group.head == contest.HEAD:
            chart = standings(records, entry, held)
        case ContestRecord() as held if group.head == telling_pairs.HEAD:
            chart = pairs(records, entry, held)
        case CostRecord() as cost if group.form == "row" and group.head == growth.HEAD:
            chart = curve(records, entry, cost, ANSWER)
        case CostRecord() as cost if group.form == "row" and group.head and group.head[1] == growth.NEEDS:
            chart = curve(records, entry, cost, MEMORY)
        case CostRecord() as cost if group.form == "row":
            chart = front(records, entry, cost)
        case ReadingRecord() | ShadowRecord() as look if group.claims[0].section == "result" and group.form == "item":
            chart = looks(records, entry, look)
    return chart
