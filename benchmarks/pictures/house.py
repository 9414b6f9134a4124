"""``python -m benchmarks.pictures.house``: the floors of ``src/starcase`` for ``docs/architecture.md``."""

from __future__ import annotations

from html import escape
from pathlib import Path

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "house.svg"
FLOORS: tuple[dict[str, str], ...] = (
    {"cli": "one verb a file: parse, call, print"},
    {"app": "commands write records, queries read; the Python API"},
    {"systems": "fraud, recommend, journal", "report": "claims, views, verify", "testing": "contract tests"},
    {"serving": "process, models, http, wal"},
    {"stages": "contest, gate, shadow, experiment, monitor, rollout, review, analysis, replay"},
    {"decide": "plan, assignment, Router.decide: no I/O"},
    {"extensions": "entry points and user code"},
    {"comparison": "objective, guardrails, looks, segments"},
    {"casefile": "case.toml and its schema"},
    {"contract": "protocols, and what crosses them"},
    {"tables": "time, columns, fingerprints", "compute": "executor, processes, progress"},
    {"inference": "statistics on arrays: no store", "evidence": "ledger, decision log, records"},
    {"errors": "one tree of errors"},
)
WIDTH, HIGH, GAP, MARGIN, SIDE = 760, 40, 6, 16, 36
INK, QUIET, PAPER = "#24292f", "#57606a", "#fbfaf6"
COLOURS = ("#cfe0f5", "#cfe0f5", "#dbe8d4", "#f6e3c5", "#f6e3c5", "#f3d3c3", *["#e6dff1"] * 5, "#dcdcd6", "#dcdcd6")
NAME = f'font-family="system-ui, sans-serif" font-size="13" font-weight="600" fill="{INK}"'
NOTE = f'font-family="system-ui, sans-serif" font-size="11" fill="{QUIET}"'


def draw_house() -> str:
    """The picture as SVG: a row a floor, the ground at the bottom, and an arrow for the direction of imports."""
    deep = len(FLOORS) * (HIGH + GAP) - GAP
    wide, high = WIDTH + 2 * MARGIN, deep + 2 * MARGIN
    rows = (draw_floor(row, rooms) for row, rooms in enumerate(FLOORS))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" role="img">',
            "<title>The floors of src/starcase: a floor imports only floors below it</title>",
            f'<rect width="{wide}" height="{high}" rx="6" fill="{PAPER}"/>',
            *(line for lines in rows for line in lines),
            *draw_arrow(deep),
            "</svg>",
            "",
        ]
    )


def draw_floor(row: int, rooms: dict[str, str]) -> list[str]:
    """The rooms of a floor side by side."""
    top = MARGIN + row * (HIGH + GAP)
    wide = (WIDTH - SIDE - GAP * (len(rooms) - 1)) / len(rooms)
    lines = []
    for index, (name, holds) in enumerate(rooms.items()):
        left = MARGIN + SIDE + index * (wide + GAP)
        box = f'x="{left:g}" y="{top}" width="{wide:g}" height="{HIGH}" rx="4"'
        lines += [
            f'<rect {box} fill="{COLOURS[row]}" stroke="{QUIET}" stroke-opacity="0.35"/>',
            f'<text x="{left + 10:g}" y="{top + 17}" {NAME}>{name}</text>',
            f'<text x="{left + 10:g}" y="{top + 32}" {NOTE}>{escape(holds)}</text>',
        ]
    return lines


def draw_arrow(deep: int) -> list[str]:
    """The direction of imports, at the left."""
    x, top, end = MARGIN + 12, MARGIN + 4, MARGIN + deep - 4
    middle = MARGIN + deep / 2
    return [
        f'<path d="M{x} {top}V{end}M{x - 5} {end - 8}L{x} {end}L{x + 5} {end - 8}" fill="none" stroke="{QUIET}"/>',
        f'<text transform="translate({x + 15} {middle:g}) rotate(-90)" text-anchor="middle" {NOTE}>imports</text>',
    ]


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw_house(), encoding="utf-8")
    print(PICTURE.relative_to(PICTURE.parents[2]))


if __name__ == "__main__":
    main()
