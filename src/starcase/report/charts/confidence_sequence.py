"""A difference at every look, with the interval that holds at all of them: how evidence gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ReadingRecord, ShadowRecord
from starcase.report.charts.chart import WIDTH, Chart, Label, Mark, Path, Scale, Shape, linear, wide
from starcase.report.claim_rules import plan_before
from starcase.report.expression import value
from starcase.report.number_format import shape_of
from starcase.report.pieces import Name, Number, moment, number, say
from starcase.report.records import Records

FEWEST, MOST = 3, 80
METRIC, DIFFERENCE = "metrics.0.metric", "difference.name"
HEIGHT, TOP, SIDE, ROOM, LINE = 190.0, 14.0, 6.0, 1.7, 16.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, what the difference was, where it stands, and where its metric is named."""

    entry: Entry
    difference: Figure
    where: str
    metric: str


def looks(records: Records, entry: Entry, record: ReadingRecord | ShadowRecord) -> Chart | None:
    """The first metric over all looks up to this one; None where fewer than three have an interval."""
    found = _some(_all(records, entry, record))
    if len(found) < FEWEST:
        return None
    margin = _margin(records, entry, record)
    bound = max(abs(margin), *(abs(e) for e in (found[-1].difference.low, found[-1].difference.high) if e)) * ROOM
    y = linear(-bound, bound, HEIGHT, TOP)
    last = found[-1]
    numbers = [
        number(value(f"{last.where}.{end}"), shown, shape_of(last.difference, signed=True, difference=True), end)
        for end, shown in (
            ("high", last.difference.high),
            ("value", last.difference.value),
            ("low", last.difference.low),
        )
        if shown is not None
    ]
    right = WIDTH - max(wide((one,)) for one in numbers) - 14
    x = linear(found[0].entry.at, last.entry.at, SIDE, right)
    upper = [(x(k.entry.at), y(k.difference.high or 0.0)) for k in found]
    lower = [(x(k.entry.at), y(k.difference.low or 0.0)) for k in found]
    shapes: list[Shape] = [
        Path(points=(*upper, *reversed(lower)), style="band"),
        Path(points=((0.0, y(0.0)), (right + 6, y(0.0))), style="zero"),
        *([Path(points=((0.0, y(m)), (right + 6, y(m))), style="margin") for m in (margin, -margin)] if margin else ()),
        Path(points=tuple((x(k.entry.at), y(k.difference.value)) for k in found), style="line"),
        Mark(x=right, y=y(last.difference.value), style="dot"),
        *_beside(numbers, right + 14, y),
        Label(words=(moment(f"{found[0].entry.id}#@at", found[0].entry.at),), x=0.0, y=HEIGHT + 22, soft=True),
        Label(words=(moment(f"{last.entry.id}#@at", last.entry.at),), x=right, y=HEIGHT + 22, anchor="end", soft=True),
    ]
    metric = Name(str(records.look(last.metric)), last.metric)
    words = "Challenger less champion in {} at every look, with the interval that holds at all of them together."
    dotted = " The dotted lines are the margin, the dashed one is where both are equal." if margin else ""
    return Chart(
        about="The difference over time",
        caption=(*say(words, metric), dotted),
        height=HEIGHT + 30,
        shapes=tuple(shapes),
    )


def _all(records: Records, entry: Entry, record: ReadingRecord | ShadowRecord) -> list[Look]:
    if isinstance(record, ReadingRecord):
        same = [(e, r) for e, r in records.of(ReadingRecord) if r.experiment == record.experiment]
        found = [
            Look(e, r.difference, f"{e.id}#difference", f"{e.id}#{METRIC if r.metrics else DIFFERENCE}")
            for e, r in same
            if r.difference
        ]
    else:
        pair = (record.champion, record.challenger, record.model)
        shadows = [(e, s) for e, s in records.of(ShadowRecord) if (s.champion, s.challenger, s.model) == pair]
        found = [
            Look(e, s.metrics[0].difference, f"{e.id}#metrics.0.difference", f"{e.id}#metrics.0.metric")
            for e, s in shadows
            if s.metrics
        ]
    return [
        k for k in found if k.entry.seq <= entry.seq and k.difference.low is not None and k.difference.high is not None
    ]


def _some(found: Sequence[Look]) -> list[Look]:
    """As many as can be told apart, the first and the last among them."""
    if len(found) <= MOST:
        return list(found)
    return [found[round(i * (len(found) - 1) / (MOST - 1))] for i in range(MOST)]


def _margin(records: Records, entry: Entry, record: ReadingRecord | ShadowRecord) -> float:
    if isinstance(record, ShadowRecord):
        return record.metrics[0].margin if record.metrics else 0.0
    plan = plan_before(records, entry, record)
    return plan[1].margin.value if plan else 0.0


def _beside(numbers: Sequence[Number], x: float, y: Scale) -> list[Label]:
    """The last look's numbers at its right, kept apart where its interval is short."""
    down = y(numbers[0].shown) + 4
    labels = []
    for one in numbers:
        down = max(down, y(one.shown) + 4)
        labels.append(Label(words=(one,), x=x, y=down, soft=one.about != "value"))
        down += LINE
    return labels
