"""Estimates with their intervals, one line each: every candidate, or the recommended one against all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ComparisonFigure, ContestRecord
from starcase.report.charts.chart import WIDTH, Chart, Label, Mark, Path, Scale, Shape, linear, wide
from starcase.report.claim_rules import test_at
from starcase.report.expression import Expression, value
from starcase.report.number_format import level_shape, shape_of
from starcase.report.pieces import Name, Number, Sentence, number, say
from starcase.report.records import Records

ROW, TOP, GAP = 30.0, 12.0, 16.0
FEWEST = 2
SIDES = {1: "better", -1: "worse"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a forest: whose it is, the number shown, and where its mark and its ends lie."""

    name: Name
    shown: Number
    low: float
    middle: float
    high: float
    side: str = ""


def standings(records: Records, entry: Entry, contest: ContestRecord) -> Chart | None:
    """Every candidate's value of the objective; None where fewer than two have an interval."""
    del records
    found: list[Line] = []
    first = ""
    for place, standing in enumerate(contest.standings):
        at = next((i for i, f in enumerate(standing.figures) if f.name == contest.objective), None)
        if at is None:
            continue
        figure, where = standing.figures[at], f"{entry.id}#standings.{place}"
        if figure.low is None or figure.high is None:
            continue
        shown = number(value(f"{where}.figures.{at}.value"), figure.value, shape_of(figure), figure.name)
        name = Name(standing.candidate, f"{where}.candidate", code=True)
        found.append(Line(name=name, shown=shown, low=figure.low, middle=figure.value, high=figure.high))
        first = first or f"{where}.figures.{at}"
    if len(found) < FEWEST:
        return None
    sign = -1.0 if contest.direction == "higher" else 1.0
    caption = say(
        "Every candidate: {}, with its {} interval, taken alone.",
        Name(contest.objective, f"{entry.id}#objective"),
        _level(contest.standings[0].figures[0], first),
    )
    return _chart("The value of every candidate", caption, sorted(found, key=lambda line: sign * line.middle))


def pairs(records: Records, entry: Entry, contest: ContestRecord) -> Chart | None:
    """The recommended candidate less each other one in the objective; None where fewer than two can be drawn."""
    found = [line for i, c in enumerate(contest.comparisons) if (line := _pair(records, entry, contest, i, c))]
    if len(found) < FEWEST:
        return None
    caption = say(
        "{} less each of the others in {}; intervals over all pairs. The upright line is where both are equal.",
        Name(contest.recommended, f"{entry.id}#recommended", code=True),
        Name(contest.objective, f"{entry.id}#objective"),
    )
    who = "What runs today, and stays," if contest.verdict == "no winner" else "The recommended candidate"
    return _chart(f"{who} against the others", caption, found, zero=True)


def _pair(
    records: Records, entry: Entry, contest: ContestRecord, place: int, comparison: ComparisonFigure
) -> Line | None:
    shown, mine = comparison.shown, comparison.candidate == contest.recommended
    if comparison.metric != contest.objective or shown.low is None or shown.high is None:
        return None
    if not mine and comparison.against != contest.recommended:
        return None
    where = f"{entry.id}#comparisons.{place}"
    at = f"{where}.{'difference' if comparison.adjusted is None else 'adjusted'}.value"
    other, sign = ("against", 1.0) if mine else ("candidate", -1.0)
    source = value(at) if mine else Expression("negative", (at,))
    test = test_at(records, where)
    side = int(sign) * test.direction if test is not None and test.agrees else 0
    return Line(
        name=Name(str(getattr(comparison, other)), f"{where}.{other}", code=True),
        shown=number(source, sign * shown.value, shape_of(shown, signed=True, difference=True), shown.name),
        low=min(sign * shown.low, sign * shown.high),
        middle=sign * shown.value,
        high=max(sign * shown.low, sign * shown.high),
        side=SIDES.get(side, ""),
    )


def _level(figure: Figure, where: str) -> Number:
    level = figure.level or 0.0
    return number(value(f"{where}.level"), level, level_shape(level), "coverage")


def _chart(about: str, caption: Sentence, lines: list[Line], *, zero: bool = False) -> Chart:
    before = max(wide((line.name,)) for line in lines) + GAP
    stacked = before > WIDTH / 3
    left = 0.0 if stacked else before
    right = WIDTH - max(wide((line.shown,)) for line in lines) - GAP
    ends = [end for line in lines for end in (line.low, line.high)] + [0.0] * zero
    scale = linear(min(ends), max(ends), left + 4, right)
    row = ROW * 1.5 if stacked else ROW
    height = TOP + row * len(lines)
    upright: tuple[Shape, ...] = ()
    if zero:
        upright = (Path(points=((scale(0.0), TOP / 2), (scale(0.0), height - TOP / 2)), style="zero"),)
    drawn = [shape for i, line in enumerate(lines) for shape in _drawn(line, TOP + row * (i + 0.5), scale, stacked)]
    rules = [
        Path(points=((left, y := TOP + row * (i + 0.5) + 7 * stacked), (right, y)), style="rule")
        for i in range(len(lines))
    ]
    return Chart(about=about, caption=caption, height=height, shapes=(*rules, *upright, *drawn))


def _drawn(line: Line, y: float, scale: Scale, stacked: bool) -> Iterator[Shape]:
    bar = y + 7 * stacked
    yield Path(points=((scale(line.low), bar), (scale(line.high), bar)), style=f"span {line.side}".strip())  # type: ignore[arg-type]
    yield Mark(x=scale(line.middle), y=bar, style=f"dot {line.side}".strip())  # type: ignore[arg-type]
    yield Label(words=(line.name,), x=0.0, y=bar - 12 if stacked else y + 4)
    yield Label(words=(line.shown,), x=WIDTH, y=bar + 4, anchor="end")
