"""A terminal chart of cost against data size; both axes are logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from starcase.evidence.number_format import format_digits

WIDTH, HEIGHT = 60, 13


@dataclass(frozen=True, slots=True)
class CurveSeries:
    """The values of one candidate at each data size, as (factor of the size, value)."""

    name: str
    points: Sequence[tuple[float, float]]


def draw_curves(lines: Sequence[CurveSeries], *, what: str, least: float) -> list[str]:
    """Return the lines of the chart; each candidate is a letter, and values below ``least`` are drawn at ``least``.

    >>> for line in draw_curves([CurveSeries("ease", [(0.25, 2.0), (1,
    ...     30.0), (4, 500.0)]), CurveSeries("als", [(1, 9.0)])],
    ...                         what="MB", least=1)[-3:]: print(line.rstrip())
             ╰─────────────────────────────────────────────────────────────
              x0.25                        x1                           x4
              A ease, B als
    """
    drawn = [line for line in lines if line.points][: len(ascii_uppercase)]
    if not drawn:
        return []
    sizes = sorted({size for line in drawn for size, _ in line.points})
    values = [max(least, value) for line in drawn for _, value in line.points]
    low, high = min(values), max(values)
    grid = [[" "] * (WIDTH + 1) for _ in range(HEIGHT)]
    for letter, line in zip(ascii_uppercase, drawn, strict=False):
        for size, value in line.points:
            row = grid[round((HEIGHT - 1) * (1 - _scale_log(max(least, value), low, high)))]
            _place_letter(row, round((WIDTH - len(drawn)) * _scale_log(size, sizes[0], sizes[-1])), letter)
    edge = {0: format_digits(high), HEIGHT - 1: format_digits(low)}
    body = [f"{edge.get(number, ''):>8} │{''.join(row).rstrip()}" for number, row in enumerate(grid)]
    names = ", ".join(f"{letter} {line.name}" for letter, line in zip(ascii_uppercase, drawn, strict=False))
    foot = [f"╰{'─' * (WIDTH + 1)}", f" {_draw_axis(sizes, len(drawn))}", f" {names}"]
    return [f"{'':>8} {what}", *body, *(f"{'':>8} {line}" for line in foot)]


def _place_letter(row: list[str], place: int, letter: str) -> None:
    """Write the letter at its position, or at the next free one."""
    free = next((x for x in range(place, len(row)) if row[x] == " "), len(row) - 1)
    row[free] = letter


def _draw_axis(sizes: Sequence[float], room: int) -> str:
    cells = [" "] * (WIDTH + 1)
    for size in sizes:
        text = f"x{size:g}"
        place = min(round((WIDTH - room) * _scale_log(size, sizes[0], sizes[-1])), WIDTH + 1 - len(text))
        if all(cell == " " for cell in cells[max(0, place - 1) : place + len(text)]):
            cells[place : place + len(text)] = text
    return "".join(cells).rstrip()


def _scale_log(value: float, low: float, high: float) -> float:
    """Return the position of ``value`` between two bounds on a logarithmic scale, 0 to 1."""
    return math.log(value / low) / math.log(high / low) if high > low else 0.5
