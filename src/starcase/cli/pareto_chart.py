"""A terminal chart of the objective against latency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from starcase.evidence.number_format import format_digits

WIDTH, HEIGHT = 46, 11


@dataclass(frozen=True, slots=True)
class ParetoPoint:
    """One candidate: its objective, its p50 latency in microseconds, and whether it is on the Pareto front."""

    name: str
    value: float
    micros: float
    front: bool


def draw_pareto_front(points: Sequence[ParetoPoint], *, value: str, higher_is_better: bool) -> list[str]:
    """Return the lines of the chart: better is up, faster is left (logarithmic); ``●`` on the front, ``○`` dominated.

    >>> for line in draw_pareto_front(
    ...     [ParetoPoint("lr", 0.7, 10, True), ParetoPoint("gbm", 0.8, 40, True), ParetoPoint("rf", 0.6, 90, False)],
    ...     value="AP", higher_is_better=True)[-4:]: print(line.strip())
    ╰───────────────────────────────────────────────
    10 us          p50 of one answer          90 us
    ● on the front: A lr, B gbm
    ○ dominated: C rf
    """
    drawn = [point for point in points if math.isfinite(point.value) and point.micros > 0][: len(ascii_uppercase)]
    if not drawn:
        return []
    values = [point.value for point in drawn]
    low, high = min(values), max(values)
    left, right = (math.log(bound(point.micros for point in drawn)) for bound in (min, max))
    grid = [[" "] * (WIDTH + 1) for _ in range(HEIGHT)]
    for letter, point in zip(ascii_uppercase, drawn, strict=False):
        x = round((WIDTH - 2) * _scale_linear(math.log(point.micros), left, right))
        up = _scale_linear(point.value, low, high)
        row = grid[round((HEIGHT - 1) * (1 - up if higher_is_better else up))]
        place = next(x + step for step in range(WIDTH) if x + step >= WIDTH - 1 or row[x + step] == " ")
        row[min(place, WIDTH - 1)], row[min(place, WIDTH - 1) + 1] = "●" if point.front else "○", letter
    top, bottom = (high, low) if higher_is_better else (low, high)
    edge = {0: format_digits(top), HEIGHT - 1: format_digits(bottom)}
    lines = [f"{edge.get(number, ''):>8} │{''.join(row)}" for number, row in enumerate(grid)]
    ends = f"{math.exp(left):,.0f} us", f"{math.exp(right):,.0f} us"
    axis = f"{ends[0]}{'p50 of one answer':^{WIDTH + 1 - len(ends[0]) - len(ends[1])}}{ends[1]}"
    foot = [f"╰{'─' * (WIDTH + 1)}", f" {axis}", *(f" {line}" for line in _format_legend(drawn))]
    return [f"{'':>8} {value}, better is up", *lines, *(f"{'':>8} {line}" for line in foot)]


def _scale_linear(x: float, low: float, high: float) -> float:
    """Return the position of ``x`` between two bounds, 0 to 1."""
    return (x - low) / (high - low) if high > low else 0.5


def _format_legend(points: Sequence[ParetoPoint]) -> list[str]:
    said = {True: "● on the front", False: "○ dominated"}
    named = list(zip(ascii_uppercase, points, strict=False))
    groups = {front: [f"{letter} {point.name}" for letter, point in named if point.front == front] for front in said}
    return [f"{said[front]}: {', '.join(group)}" for front, group in groups.items() if group]
