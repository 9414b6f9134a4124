"""Tables that fit a width: words wrap, wide tables are split, and no number is broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

GAP, EDGES, LONG = 3, 2, 40
_KEPT = "\0"
_TOGETHER = re.compile(
    r"(?<=\S) (?=\[[-+]?[\d.])|(?<=\d) (?=%|[a-z]+\b|\d\d:\d\d)|(?<=%) (?=\*)|(?<=\bn) (?==)|(?<==) (?=\d)"
)
_INTERVAL = re.compile(r"\[[^\[\]\n]*\d[^\[\]\n]*\]")


def fit_tables(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[Table]:
    """Return the tables that show ``rows`` within ``width`` columns; each starts with the columns that name a row.

    A value, its unit and its interval stay on one line, whatever the width: a number cut in two is another number.
    Only a word of more than ``LONG`` characters is folded.
    """
    columns = [[head, *(row[place] for row in rows)] for place, head in enumerate(heads)]
    parts = _split_columns([_measure_least_width(cells) for cells in columns], width, _count_naming_columns(rows))
    return [_build_table([columns[place] for place in part], width) for part in parts]


def measure_table_width(table: Table) -> int:
    """Return the width that shows the whole table; a number wider than the terminal is not cut."""
    return sum(column.width or 0 for column in table.columns) + EDGES + GAP * (len(table.columns) - 1)


def wrap_text(text: str, width: int) -> list[str]:
    """Break a text into lines, between words and never within a value, its unit and its interval.

    >>> wrap_text("rose by 12.0 % [8.0, 20.1] in May", 20)
    ['rose by', '12.0 % [8.0, 20.1]', 'in May']
    """
    from rich.cells import cell_len

    lines = []
    for paragraph in text.split("\n"):
        if cell_len(paragraph) <= width:
            lines.append(paragraph)
            continue
        line = ""
        for word in _split_words(paragraph, width):
            joined = f"{line} {word}" if line else word
            if line and cell_len(joined) > width:
                lines.append(line)
                joined = word
            line = joined
        lines.append(line)
    return lines


def _split_words(paragraph: str, width: int = LONG) -> list[str]:
    from rich.cells import cell_len, chop_cells

    kept = _INTERVAL.sub(lambda found: found[0].replace(" ", _KEPT), _TOGETHER.sub(_KEPT, paragraph))
    words = []
    for word in (one.replace(_KEPT, " ") for one in kept.split(" ")):
        folds = cell_len(word) > max(width, LONG) and word[:1].isalpha()
        words += chop_cells(word, max(width, LONG)) if folds else [word]
    return words


def _measure_least_width(cells: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(cell_len(word) for cell in cells for line in cell.split("\n") for word in _split_words(line))


def _measure_natural_width(cells: Sequence[str]) -> int:
    from rich.cells import cell_len

    return max(cell_len(line) for cell in cells for line in cell.split("\n"))


def _count_naming_columns(rows: Sequence[Sequence[str]]) -> int:
    """Return how many leading columns distinguish the rows; 1 if none do."""
    columns = len(rows[0]) if rows else 1
    return next((n for n in range(1, columns) if len({tuple(row[:n]) for row in rows}) == len(rows)), 1)


def _split_columns(least: Sequence[int], width: int, names: int) -> list[list[int]]:
    """Return the columns of each table, given the least width of each column and how many name a row."""
    first = list(range(names))
    taken = EDGES + sum(least[:names]) + GAP * (names - 1)
    parts, room = [list(first)], width - taken
    for place, most in enumerate(least[names:], start=names):
        if most + GAP > room and len(parts[-1]) > names:
            parts.append(list(first))
            room = width - taken
        parts[-1].append(place)
        room -= most + GAP
    return parts


def _build_table(columns: Sequence[Sequence[str]], width: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    widths = _compute_widths(columns, width - EDGES - GAP * (len(columns) - 1))
    shown = [["\n".join(wrap_text(cell, most)) for cell in cells] for cells, most in zip(columns, widths, strict=True)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for cells in shown:
        table.add_column(Text(cells[0]), no_wrap=True, width=_measure_natural_width(cells))
    for row in zip(*(cells[1:] for cells in shown), strict=True):
        table.add_row(*map(Text, row))
    return table


def _compute_widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the natural width of each column, reduced from the widest on until all fit."""
    least, widths = [_measure_least_width(c) for c in columns], [_measure_natural_width(c) for c in columns]
    while sum(widths) > room and widths != least:
        slack = [w if w > low else 0 for w, low in zip(widths, least, strict=True)]
        widths[slack.index(max(slack))] -= 1
    return widths
