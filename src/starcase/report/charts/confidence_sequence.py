"""A chart of a difference at every look with its confidence sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ReadingRecord, ShadowRecord
from starcase.report.charts.chart import (
    WIDTH,
    Chart,
    ChartPath,
    Label,
    Mark,
    Scale,
    Shape,
    build_linear_scale,
    estimate_width,
)
from starcase.report.claim_rules import find_plan_before
from starcase.report.expression import value
from starcase.report.number_format import build_shape
from starcase.report.pieces import Name, Number, fill, format_moment, format_number
from starcase.report.records import Records

FEWEST, MOST = 3, 80
METRIC, DIFFERENCE = "metrics.0.metric", "difference.name"
HEIGHT, TOP, SIDE, ROOM, LINE = 190.0, 14.0, 6.0, 1.7, 16.0


@dataclass(frozen=True, slots=True)
class SequenceLook:
    """One look: time, difference, and references of the difference and its metric."""

    entry: Entry
    difference: Figure
    where: str
    metric: str


def draw_looks(records: Records, entry: Entry, record: ReadingRecord | ShadowRecord) -> Chart | None:
    """The first metric over all looks up to this one; None where fewer than three have an interval."""
    found = _select_looks(_collect_looks(records, entry, record))
    if len(found) < FEWEST:
        return None
    margin = _find_margin(records, entry, record)
    bound = max(abs(margin), *(abs(e) for e in (found[-1].difference.low, found[-1].difference.high) if e)) * ROOM
    y = build_linear_scale(-bound, bound, HEIGHT, TOP)
    last = found[-1]
    numbers = [
        format_number(
            value(f"{last.where}.{end}"), shown, build_shape(last.difference, signed=True, difference=True), end
        )
        for end, shown in (
            ("high", last.difference.high),
            ("value", last.difference.value),
            ("low", last.difference.low),
        )
        if shown is not None
    ]
    right = WIDTH - max(estimate_width((one,)) for one in numbers) - 14
    x = build_linear_scale(found[0].entry.at, last.entry.at, SIDE, right)
    upper = [(x(k.entry.at), y(k.difference.high or 0.0)) for k in found]
    lower = [(x(k.entry.at), y(k.difference.low or 0.0)) for k in found]
    margins = (margin, -margin) if margin else ()
    shapes: list[Shape] = [
        ChartPath(points=(*upper, *reversed(lower)), style="band"),
        ChartPath(points=((0.0, y(0.0)), (right + 6, y(0.0))), style="zero"),
        *(ChartPath(points=((0.0, y(m)), (right + 6, y(m))), style="margin") for m in margins),
        ChartPath(points=tuple((x(k.entry.at), y(k.difference.value)) for k in found), style="line"),
        Mark(x=right, y=y(last.difference.value), style="dot"),
        *_place_labels(numbers, right + 14, y),
        Label(words=(format_moment(f"{found[0].entry.id}#@at", found[0].entry.at),), x=0.0, y=HEIGHT + 22, soft=True),
        Label(
            words=(format_moment(f"{last.entry.id}#@at", last.entry.at),),
            x=right,
            y=HEIGHT + 22,
            anchor="end",
            soft=True,
        ),
    ]
    metric = Name(str(records.resolve(last.metric)), last.metric)
    words = "Challenger less champion in {} at every look, with the interval that holds at all of them together."
    dotted = " The dotted lines are the margin, the dashed one is where both are equal." if margin else ""
    return Chart(
        about="The difference over time",
        caption=(*fill(words, metric), dotted),
        height=HEIGHT + 30,
        shapes=tuple(shapes),
    )


def _collect_looks(records: Records, entry: Entry, record: ReadingRecord | ShadowRecord) -> list[SequenceLook]:
    if isinstance(record, ReadingRecord):
        same = [(e, r) for e, r in records.select(ReadingRecord) if r.experiment == record.experiment]
        found = [
            SequenceLook(e, r.difference, f"{e.id}#difference", f"{e.id}#{METRIC if r.metrics else DIFFERENCE}")
            for e, r in same
            if r.difference
        ]
    else:
        pair = (record.champion, record.challenger, record.model)
        shadows = [(e, s) for e, s in records.select(ShadowRecord) if (s.champion, s.challenger, s.model) == pair]
        found = [
            SequenceLook(e, s.metrics[0].difference, f"{e.id}#metrics.0.difference", f"{e.id}#metrics.0.metric")
            for e, s in shadows
            if s.metrics
        ]
    return [
        k for k in found if k.entry.seq <= entry.seq and k.difference.low is not None and k.difference.high is not None
    ]


def _select_looks(found: Sequence[SequenceLook]) -> list[SequenceLook]:
    """Return as many looks as can be distinguished, including the first and the last."""
    if len(found) <= MOST:
        return list(found)
    return [found[round(i * (len(found) - 1) / (MOST - 1))] for i in range(MOST)]


def _find_margin(records: Records, entry: Entry, record: ReadingRecord | ShadowRecord) -> float:
    if isinstance(record, ShadowRecord):
        return record.metrics[0].margin if record.metrics else 0.0
    plan = find_plan_before(records, entry, record)
    return plan[1].margin.value if plan else 0.0


def _place_labels(numbers: Sequence[Number], x: float, y: Scale) -> list[Label]:
    """Place the last look's numbers at its right, without overlap."""
    down = y(numbers[0].shown) + 4
    labels = []
    for one in numbers:
        down = max(down, y(one.shown) + 4)
        labels.append(Label(words=(one,), x=x, y=down, soft=one.about != "value"))
        down += LINE
    return labels
