"""A chart of objective against latency with the Pareto front."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, CostRecord
from starcase.report.charts.chart import (
    WIDTH,
    Chart,
    ChartPath,
    Label,
    Mark,
    Shape,
    build_linear_scale,
    build_log_scale,
    estimate_width,
)
from starcase.report.expression import value
from starcase.report.number_format import build_shape
from starcase.report.pieces import Name, Number, fill, format_number
from starcase.report.records import Records

MEDIAN, TAIL = "p50 latency", "p99 latency"
TOP, BOTTOM, LEFT = 30.0, 240.0, 74.0
FEWEST, LINE, NEAR = 3, 15.0, 8.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPoint:
    """A candidate with its objective, latency, and membership of the front."""

    name: Name
    reached: Number
    takes: Number
    front: bool


def draw_front(records: Records, entry: Entry, cost: CostRecord) -> Chart | None:
    """Objective against latency; None where fewer than three candidates have both."""
    held = next(((e, c) for e, c in reversed(records.select(ContestRecord)) if c.contest == cost.contest), None)
    points = [] if held is None else _collect_points(*held, entry, cost)
    if held is None or len(points) < FEWEST:
        return None
    x = build_log_scale(*_compute_range(points, "takes"), LEFT + 12, WIDTH - 30)
    y = build_linear_scale(
        *_compute_range(points, "reached"), *((BOTTOM, TOP) if held[1].direction == "higher" else (TOP, BOTTOM))
    )
    shapes: list[Shape] = [
        ChartPath(points=((LEFT, TOP - 14), (LEFT, BOTTOM + 14), (WIDTH, BOTTOM + 14)), style="rule"),
        *_draw_axes(points, held[1].direction),
    ]
    dots = [(x(p.takes.shown), y(p.reached.shown)) for p in points]
    taken = [(a - NEAR + 1, b - NEAR + 1, a + NEAR - 1, b + NEAR - 1) for a, b in dots]
    shapes += [_place_label(point, at, taken) for point, at in zip(points, dots, strict=True)]
    shapes += [Mark(x=a, y=b, style="dot" if p.front else "dot open") for p, (a, b) in zip(points, dots, strict=True)]
    metric = Name(held[1].objective, f"{held[0].id}#objective")
    place = next(i for i, f in enumerate(cost.costs[0].figures) if f.name == _select_latency(cost))
    latency = Name(_select_latency(cost), f"{entry.id}#costs.0.figures.{place}.name", code=True)
    words = "Upwards {}, to the right {}, each step a factor; filled are those on the front."
    return Chart(
        about="What each candidate reaches against what it costs",
        caption=fill(words, metric, latency),
        height=BOTTOM + 38,
        shapes=tuple(shapes),
    )


def _select_latency(cost: CostRecord) -> str:
    """Return the median latency, which the front uses; the tail latency if the record has no median."""
    return MEDIAN if all(MEDIAN in {f.name for f in one.figures} for one in cost.costs) else TAIL


def _collect_points(held: Entry, contest: ContestRecord, entry: Entry, cost: CostRecord) -> list[FrontPoint]:
    reached: dict[str, Number] = {}
    for i, standing in enumerate(contest.standings):
        for j, figure in enumerate(standing.figures):
            if figure.name == contest.objective:
                source = value(f"{held.id}#standings.{i}.figures.{j}.value")
                reached[standing.candidate] = format_number(source, figure.value, build_shape(figure), figure.name)
    found = []
    for i, one in enumerate(cost.costs):
        for j, figure in enumerate(one.figures):
            if figure.name == _select_latency(cost) and figure.value > 0 and one.candidate in reached:
                where = f"{entry.id}#costs.{i}"
                takes = format_number(
                    value(f"{where}.figures.{j}.value"), figure.value, build_shape(figure), figure.name
                )
                name = Name(one.candidate, f"{where}.candidate", code=True)
                on_it = one.candidate in cost.front
                found.append(FrontPoint(name=name, reached=reached[one.candidate], takes=takes, front=on_it))
    return found


def _compute_range(points: list[FrontPoint], axis: str) -> tuple[float, float]:
    shown = [getattr(point, axis).shown for point in points]
    return min(shown), max(shown)


def _draw_axes(points: list[FrontPoint], direction: str) -> list[Shape]:
    """Draw the ends of both axes, labelled with the figure of the candidate at each end."""
    reached, takes = (sorted(points, key=lambda p, a=axis: getattr(p, a).shown) for axis in ("reached", "takes"))  # type: ignore[misc]
    up, down = (reached[-1], reached[0]) if direction == "higher" else (reached[0], reached[-1])
    return [
        Label(words=(up.reached,), x=LEFT - 8, y=TOP + 4, anchor="end", soft=True),
        Label(words=(down.reached,), x=LEFT - 8, y=BOTTOM + 4, anchor="end", soft=True),
        Label(words=(takes[0].takes,), x=LEFT, y=BOTTOM + 32, soft=True),
        Label(words=(takes[-1].takes,), x=WIDTH, y=BOTTOM + 32, anchor="end", soft=True),
    ]


def _place_label(point: FrontPoint, at: tuple[float, float], taken: list[Box]) -> Label:
    """Place the name next to its dot, on the first side without overlap."""
    long = estimate_width((point.name,))
    places = [
        (at[0] + NEAR, at[1] + 4, "start"),
        (at[0] - NEAR, at[1] + 4, "end"),
        (at[0] - LINE, at[1] - NEAR, "start"),
        (at[0] - LINE, at[1] + LINE + 4, "start"),
        (at[0] + LINE, at[1] - NEAR, "end"),
        (at[0] + LINE, at[1] + LINE + 4, "end"),
        (at[0], at[1] - NEAR, "start"),
        (at[0], at[1] - NEAR - LINE, "start"),
        (at[0], at[1] - NEAR - LINE, "end"),
    ]
    boxes = [(x - long * (anchor == "end"), y - LINE + 3, x + long * (anchor == "start"), y) for x, y, anchor in places]
    free = [
        i
        for i, box in enumerate(boxes)
        if box[0] >= LEFT + 2 and box[2] <= WIDTH and not any(_has_overlap(box, b) for b in taken)
    ]
    best = free[0] if free else 0
    taken.append(boxes[best])
    x, y, anchor = places[best]
    return Label(words=(point.name,), x=x, y=y, anchor="end" if anchor == "end" else "start")


def _has_overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
