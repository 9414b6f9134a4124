"""Forest plots: all candidates, or the recommended one against all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ComparisonFigure, ContestRecord
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
from starcase.report.claim_rules import find_test
from starcase.report.expression import Expression, value
from starcase.report.number_format import build_level_shape, build_shape
from starcase.report.pieces import Name, Number, Sentence, fill, format_number
from starcase.report.records import Records

ROW, TOP, GAP = 30.0, 12.0, 16.0
FEWEST = 2
SIDES = {1: "better", -1: "worse"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestLine:
    """One line of a forest plot: name, number, and positions of mark and interval ends."""

    name: Name
    shown: Number
    low: float
    middle: float
    high: float
    side: str = ""


def draw_standings(records: Records, entry: Entry, contest: ContestRecord) -> Chart | None:
    """Every candidate's value of the objective; None where fewer than two have an interval."""
    del records
    found: list[ForestLine] = []
    first = ""
    for place, standing in enumerate(contest.standings):
        at = next((i for i, f in enumerate(standing.figures) if f.name == contest.objective), None)
        if at is None:
            continue
        figure, where = standing.figures[at], f"{entry.id}#standings.{place}"
        if figure.low is None or figure.high is None:
            continue
        shown = format_number(value(f"{where}.figures.{at}.value"), figure.value, build_shape(figure), figure.name)
        name = Name(standing.candidate, f"{where}.candidate", code=True)
        found.append(ForestLine(name=name, shown=shown, low=figure.low, middle=figure.value, high=figure.high))
        first = first or f"{where}.figures.{at}"
    if len(found) < FEWEST:
        return None
    sign = -1.0 if contest.direction == "higher" else 1.0
    caption = fill(
        "Every candidate: {}, with its {} interval, taken alone.",
        Name(contest.objective, f"{entry.id}#objective"),
        _format_level(contest.standings[0].figures[0], first),
    )
    return _build_chart("The value of every candidate", caption, sorted(found, key=lambda line: sign * line.middle))


def draw_pairs(records: Records, entry: Entry, contest: ContestRecord) -> Chart | None:
    """Draw the recommended candidate minus each other one in the objective; None if fewer than two can be drawn."""
    found = [
        line for i, c in enumerate(contest.comparisons) if (line := _build_pair_line(records, entry, contest, i, c))
    ]
    if len(found) < FEWEST:
        return None
    caption = fill(
        "{} less each of the others in {}; intervals over all pairs. The upright line is where both are equal.",
        Name(contest.recommended, f"{entry.id}#recommended", code=True),
        Name(contest.objective, f"{entry.id}#objective"),
    )
    who = "What runs today, and stays," if contest.verdict == "no winner" else "The recommended candidate"
    return _build_chart(f"{who} against the others", caption, found, zero=True)


def _build_pair_line(
    records: Records, entry: Entry, contest: ContestRecord, place: int, comparison: ComparisonFigure
) -> ForestLine | None:
    shown, mine = comparison.shown, comparison.candidate == contest.recommended
    if comparison.metric != contest.objective or shown.low is None or shown.high is None:
        return None
    if not mine and comparison.against != contest.recommended:
        return None
    where = f"{entry.id}#comparisons.{place}"
    at = f"{where}.{'difference' if comparison.adjusted is None else 'adjusted'}.value"
    other, sign = ("against", 1.0) if mine else ("candidate", -1.0)
    source = value(at) if mine else Expression("negative", (at,))
    test = find_test(records, where)
    side = int(sign) * test.direction if test is not None and test.agrees else 0
    return ForestLine(
        name=Name(str(getattr(comparison, other)), f"{where}.{other}", code=True),
        shown=format_number(source, sign * shown.value, build_shape(shown, signed=True, difference=True), shown.name),
        low=min(sign * shown.low, sign * shown.high),
        middle=sign * shown.value,
        high=max(sign * shown.low, sign * shown.high),
        side=SIDES.get(side, ""),
    )


def _format_level(figure: Figure, where: str) -> Number:
    level = figure.level or 0.0
    return format_number(value(f"{where}.level"), level, build_level_shape(level), "coverage")


def _build_chart(about: str, caption: Sentence, lines: list[ForestLine], *, zero: bool = False) -> Chart:
    before = max(estimate_width((line.name,)) for line in lines) + GAP
    stacked = before > WIDTH / 3
    left = 0.0 if stacked else before
    right = WIDTH - max(estimate_width((line.shown,)) for line in lines) - GAP
    ends = [end for line in lines for end in (line.low, line.high)] + [0.0] * zero
    scale = build_linear_scale(min(ends), max(ends), left + 4, right)
    row = ROW * 1.5 if stacked else ROW
    height = TOP + row * len(lines)
    upright: tuple[Shape, ...] = ()
    if zero:
        upright = (ChartPath(points=((scale(0.0), TOP / 2), (scale(0.0), height - TOP / 2)), style="zero"),)
    drawn = [shape for i, line in enumerate(lines) for shape in _draw_line(line, TOP + row * (i + 0.5), scale, stacked)]
    rules = [
        ChartPath(points=((left, y := TOP + row * (i + 0.5) + 7 * stacked), (right, y)), style="rule")
        for i in range(len(lines))
    ]
    return Chart(about=about, caption=caption, height=height, shapes=(*rules, *upright, *drawn))


def _draw_line(line: ForestLine, y: float, scale: Scale, stacked: bool) -> Iterator[Shape]:
    bar = y + 7 * stacked
    yield ChartPath(points=((scale(line.low), bar), (scale(line.high), bar)), style=f"span {line.side}".strip())  # type: ignore[arg-type]
    yield Mark(x=scale(line.middle), y=bar, style=f"dot {line.side}".strip())  # type: ignore[arg-type]
    yield Label(words=(line.name,), x=0.0, y=bar - 12 if stacked else y + 4)
    yield Label(words=(line.shown,), x=WIDTH, y=bar + 4, anchor="end")
