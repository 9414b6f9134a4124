"""A chart of the challenger's share of units over time."""

from __future__ import annotations

from collections.abc import Sequence

from starcase.evidence import Entry
from starcase.evidence.records import StepRecord
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
from starcase.report.expression import value
from starcase.report.number_format import Shape as Written
from starcase.report.pieces import Name, Sentence, format_moment, format_number
from starcase.report.records import Records

LANE, FLOOR, GAP = 18.0, 58.0, 10.0
FEWEST = 3
WORDS = {"shadow": " in shadow", "rollback": " rolled back", "promote": " promoted", "canary": " to ", "widen": " to "}
Step = tuple[Entry, StepRecord]


def draw_shares(records: Records) -> Chart | None:
    """The rollout as a curve; None where fewer than three steps were taken."""
    steps = [(e, s) for e, s in records.select(StepRecord) if s.step != "hold"]
    if len(steps) < FEWEST or steps[-1][0].at <= steps[0][0].at:
        return None
    last = max(entry.at for entry in records.entries)
    x = build_linear_scale(steps[0][0].at, max(last, steps[-1][0].at), 6.0, WIDTH - 6.0)
    lanes = _assign_lanes(steps, x)
    top = LANE * (max(lane for lane, _, _ in lanes) + 1) + GAP
    base = top + FLOOR
    y = build_linear_scale(0.0, 1.0, base, top)
    shapes: list[Shape] = [
        ChartPath(points=((0.0, base), (WIDTH, base)), style="rule"),
        _draw_area(steps, x, y, base, last),
    ]
    for (entry, step), (lane, words, start) in zip(steps, lanes, strict=True):
        at, down = x(entry.at), top - GAP - LANE * lane
        share = 0.0 if step.step in {"rollback", "promote", "install"} else step.share
        shapes.append(ChartPath(points=((at, down - 4), (at, y(share))), style="leader"))
        shapes.append(Mark(x=at, y=y(share), style="stop bad" if step.step == "rollback" else "stop"))
        shapes.append(Label(words=words, x=start, y=down))
    first, end = steps[0][0], steps[-1][0]
    shapes += [
        Label(words=(format_moment(f"{first.id}#@at", first.at),), x=0.0, y=base + 20, soft=True),
        Label(words=(format_moment(f"{end.id}#@at", end.at),), x=WIDTH, y=base + 20, anchor="end", soft=True),
    ]
    caption = "The share of the units that met the challenger; once it is promoted it is the champion."
    return Chart(about="Each step of the rollouts", caption=(caption,), height=base + 28, shapes=tuple(shapes))


def _draw_area(steps: Sequence[Step], x: Scale, y: Scale, base: float, last: int) -> ChartPath:
    """Draw the step curve; a promotion ends it."""
    points = [(x(steps[0][0].at), base)]
    now = base
    for entry, step in steps:
        after = y(step.share) if step.step in {"canary", "widen"} else base
        points += [(x(entry.at), now), (x(entry.at), after)]
        now = after
    return ChartPath(points=(*points, (x(last), now), (x(last), base)), style="area")


def _assign_lanes(steps: Sequence[Step], x: Scale) -> list[tuple[int, Sentence, float]]:
    """Assign each label to the lowest lane without overlap; the first is the highest where many begin."""
    taken: dict[int, float] = {}
    found: list[tuple[int, Sentence, float]] = []
    for entry, step in reversed(steps):
        words = _describe_step(entry, step)
        start = min(x(entry.at) + 5, WIDTH - estimate_width(words))
        lane = next(n for n in range(len(steps) + 1) if start + estimate_width(words) + GAP < taken.get(n, 2 * WIDTH))
        taken[lane] = min(start, x(entry.at))
        found.append((lane, words, start))
    return found[::-1]


def _describe_step(entry: Entry, step: StepRecord) -> Sentence:
    field = "challenger" if step.challenger and step.step != "install" else "champion"
    who = Name(str(getattr(step, field)), f"{entry.id}#{field}", code=True)
    if step.step == "install":
        return (who, " serves")
    words: Sentence = (who, WORDS[step.step])
    if step.step in {"canary", "widen"}:
        share = format_number(
            value(f"{entry.id}#share"), step.share, Written(style="share", digits=0), "share of units"
        )
        return (*words, share)
    return words
