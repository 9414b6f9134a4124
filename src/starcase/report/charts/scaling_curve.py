"""A chart of cost against data size: measured sizes as a line with dots, predictions as an open end."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.evidence import Entry
from starcase.evidence.records import CostRecord, GrowthPoint
from starcase.report.charts.chart import (
    WIDTH,
    Chart,
    ChartPath,
    Label,
    Mark,
    Scale,
    Shape,
    build_log_scale,
    estimate_width,
)
from starcase.report.expression import value
from starcase.report.number_format import Shape as Written
from starcase.report.number_format import build_shape
from starcase.report.pieces import Name, Number, fill, format_number
from starcase.report.records import Records

TOP, BOTTOM, LEFT, GAP, LINE = 26.0, 290.0, 74.0, 14.0, 16.0
FEWEST, LEAST = 3, 0.1
TIMES = Written(style="plain", unit="times")
MEMORY, ANSWER = "fit memory", "p50 latency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One candidate: sizes with measured or predicted cost; ``refused`` where it would not be fitted."""

    name: Name
    points: tuple[tuple[GrowthPoint, Number], ...]

    @property
    def last(self) -> tuple[GrowthPoint, Number]:
        """The largest size."""
        return self.points[-1]


def draw_scaling_curve(records: Records, entry: Entry, cost: CostRecord, wanted: str = MEMORY) -> Chart | None:
    """One line a candidate, both axes logarithmic; None where fewer than three sizes were measured."""
    del records
    growth = cost.growth
    found = (_build_curve(cost, i, f"{entry.id}#growth.candidates.{i}", wanted) for i in range(_count_candidates(cost)))
    curves = [one for one in found if one is not None]
    sizes = sorted({point.factor for one in curves for point, _ in one.points})
    if growth is None or len(sizes) < FEWEST:
        return None
    shown = [max(LEAST, place.shown) for one in curves for _, place in one.points]
    right = WIDTH - max(estimate_width((one.name,)) for one in curves) - GAP - 6
    x = build_log_scale(sizes[0], sizes[-1], LEFT + 10, right)
    y = build_log_scale(min(shown), max(shown), BOTTOM, TOP)
    shapes: list[Shape] = [
        ChartPath(points=((LEFT, TOP - 12), (LEFT, BOTTOM + 12), (right, BOTTOM + 12)), style="rule")
    ]
    shapes += _draw_axes(curves, x, y)
    for one in curves:
        shapes += _draw_line(one, x, y)
    shapes += _draw_names(curves, x, y, right)
    what = Name(growth.what, f"{entry.id}#growth.what")
    words = {
        MEMORY: "Memory that fitting takes, by {}, each step a factor; filled dots were measured, open ones foretold.",
        ANSWER: "The median of one answer, by {}, each step a factor; filled dots were measured, open ones follow.",
    }
    about = {MEMORY: "How memory grows with the data", ANSWER: "How the time of an answer grows with the data"}
    return Chart(about=about[wanted], caption=fill(words[wanted], what), height=BOTTOM + 40, shapes=tuple(shapes))


def _count_candidates(cost: CostRecord) -> int:
    return len(cost.growth.candidates) if cost.growth else 0


def _build_curve(cost: CostRecord, place: int, where: str, wanted: str) -> Curve | None:
    one = cost.growth.candidates[place] if cost.growth else None
    found = []
    for i, point in enumerate(one.points if one else ()):
        at = next((j for j, f in enumerate(point.figures) if f.name == wanted), None)
        if wanted == MEMORY and point.factor > 1 and point.foretold is not None:
            figure, path = point.foretold, f"{where}.points.{i}.foretold"
        elif at is not None:
            figure, path = point.figures[at], f"{where}.points.{i}.figures.{at}"
        else:
            continue
        found.append((point, format_number(value(f"{path}.value"), figure.value, build_shape(figure), figure.name)))
    if one is None or not found:
        return None
    return Curve(name=Name(one.candidate, f"{where}.candidate", code=True), points=tuple(found))


def _draw_line(one: Curve, x: Scale, y: Scale) -> list[Shape]:
    places = [(x(point.factor), y(max(LEAST, at.shown))) for point, at in one.points]
    marks = [
        Mark(x=a, y=b, style="stop bad" if point.refused else "dot" if point.factor <= 1 else "dot open")
        for (a, b), (point, _) in zip(places, one.points, strict=True)
    ]
    measured = [place for place, (point, _) in zip(places, one.points, strict=True) if point.factor <= 1]
    beyond = [*measured[-1:], *places[len(measured) :]]
    lines: list[Shape] = [ChartPath(points=tuple(measured), style="line")] if len(measured) > 1 else []
    lines += [ChartPath(points=tuple(beyond), style="leader")] if len(beyond) > 1 else []
    return [*lines, *marks]


def _draw_names(curves: list[Curve], x: Scale, y: Scale, right: float) -> list[Shape]:
    """Draw the names at the right ends without overlap, each connected to its line."""
    ends = sorted((y(max(LEAST, one.last[1].shown)), place) for place, one in enumerate(curves))
    lowest = BOTTOM + 8
    placed: list[float] = []
    for room, (at, _) in zip(range(len(ends) - 1, -1, -1), ends, strict=True):
        first = max(at, placed[-1] + LINE) if placed else max(TOP - 8, at)
        placed.append(min(first, lowest - LINE * room))
    shapes: list[Shape] = []
    for at, (there, place) in zip(placed, ends, strict=True):
        one = curves[place]
        shapes.append(ChartPath(points=((x(one.last[0].factor) + 5, there), (right + GAP - 2, at)), style="leader"))
        shapes.append(Label(words=(one.name,), x=right + GAP, y=at + 4))
    return shapes


def _draw_axes(curves: list[Curve], x: Scale, y: Scale) -> list[Shape]:
    """Draw the ends of the vertical axis, labelled with the figure of the candidate there, and every size below."""
    every = [place for one in curves for _, place in one.points]
    top, bottom = max(every, key=lambda n: n.shown), min(every, key=lambda n: n.shown)
    labels: list[Shape] = [
        Label(words=(top,), x=LEFT - 8, y=y(max(LEAST, top.shown)) + 4, anchor="end", soft=True),
        Label(words=(bottom,), x=LEFT - 8, y=y(max(LEAST, bottom.shown)) + 4, anchor="end", soft=True),
    ]
    longest = max(curves, key=lambda one: len(one.points))
    for point, at in longest.points:
        if point.factor >= 1:
            source = value(
                at.source.arguments[0].split(".points.")[0] + f".points.{_find_point_index(longest, point)}.factor"
            )
            shown = format_number(source, point.factor, TIMES, "times the size")
            words = (shown,)
            labels.append(Label(words=words, x=x(point.factor), y=BOTTOM + 32, anchor="middle", soft=True))
    return labels


def _find_point_index(one: Curve, wanted: GrowthPoint) -> int:
    """Return the index of a point among those of its candidate, from the reference of its number."""
    at = next(number for point, number in one.points if point is wanted)
    return int(at.source.arguments[0].split(".points.")[1].split(".")[0])
