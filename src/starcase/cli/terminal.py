"""Output of commands: tables and progress for people, JSON for programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 100


def create_console(*, err: bool = False) -> Console:
    """Return the console for text; if it is not a terminal, without colour and ``WIDE`` columns wide."""
    from rich.console import Console

    out = Console(stderr=err, highlight=False, soft_wrap=False)
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = WIDE
    return out


def print_json(value: object) -> None:
    """Print one JSON document on standard output; dataclasses become objects."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on standard output; on a narrow terminal it is split, and no number is cut."""
    from rich.text import Text

    from starcase.cli.table import fit_tables, measure_table_width

    out = create_console()
    if title:
        out.print(Text(title, style="bold"))
    width = out.width
    for table in fit_tables(heads, rows, width):
        out.width = max(width, measure_table_width(table))
        out.print(table)


def say(text: str) -> None:
    """Print text on standard output, wrapped between words to the width of the terminal."""
    from starcase.cli.table import wrap_text

    click.echo("\n".join(wrap_text(text, create_console().width)))


@contextmanager
def show_activity(what: str) -> Iterator[None]:
    """Show an activity and its elapsed time on standard error; nothing if that is not a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns, out = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()), create_console(err=True)
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        progress.add_task(what, total=None)
        yield


@contextmanager
def show_event_progress(what: str, first: int, last: int) -> Iterator[Callable[[int, int], None]]:
    """Show the event time reached on standard error; the block reports (moment, decisions)."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[decisions]:,} decisions"),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    out = create_console(err=True)
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task(what, total=max(1, last - first), decisions=0)
        yield lambda at, decisions: progress.update(task, completed=at - first, decisions=decisions)
