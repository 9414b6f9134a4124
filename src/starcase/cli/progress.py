"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import click

from starcase.cli.terminal import create_console
from starcase.compute.progress import ExpectedWork, ProgressStep, listen_to_progress

EVERY_S, SHORT_S, MINUTE, HOUR = 30.0, 10.0, 60, 3600


class ProgressTally:
    """The progress reported so far, as one line and as pieces done."""

    def __init__(self) -> None:
        self.expected = 0
        self._steps: dict[tuple[str, str], ProgressStep] = {}

    def __call__(self, word: ExpectedWork | ProgressStep) -> None:
        """Add one progress report."""
        if isinstance(word, ExpectedWork):
            self.expected += word.pieces
        else:
            before = self._steps.pop((word.who, word.piece), word)
            self._steps[word.who, word.piece] = replace(word, part=max(word.part, before.part))

    @property
    def done(self) -> float:
        """Pieces done; a started piece counts with its finished part."""
        return sum(step.part for step in self._steps.values())

    @property
    def line(self) -> str:
        """The latest report of a piece that is not done yet.

        >>> heard = ProgressTally()
        >>> heard(ProgressStep("ease", "fold-1", "trial 2 of 8", 0.1))
        >>> heard(ProgressStep("als", "fold-1", "", 1.0))
        >>> heard.line
        'ease, fold-1: trial 2 of 8'
        """
        going = [step for step in self._steps.values() if step.doing]
        return f"{going[-1].who}, {going[-1].piece}: {going[-1].doing}" if going else ""


def format_time_range(seconds: tuple[float, float]) -> str:
    """Return a rounded time range in words; empty if it is unknown or short.

    >>> (format_time_range((130, 560)), format_time_range((20, 70)), format_time_range((0.5, 4)),
    ...  format_time_range((290, 310)), format_time_range((4000, 9000)))
    ('about 2 to 9 min', 'about 20 to 70 s', '', 'about 5 min', 'about 1.1 to 2.5 h')
    """
    low, high = seconds
    if high < SHORT_S:
        return ""
    unit, size, digits = ("s", 1, -1) if high < 2 * MINUTE else ("min", MINUTE, 0)
    if high >= 2 * HOUR:
        unit, size, digits = "h", HOUR, 1
    first, last = (f"{max(round(value / size, digits), 10**-digits):g}" for value in (low, high))
    return f"about {last} {unit}" if first == last else f"about {first} to {last} {unit}"


class CompletionReport:
    """One line for each candidate when all its pieces are done, and for each piece without a candidate.

    >>> finished = CompletionReport()
    >>> finished(ExpectedWork(2, ("ease", "als")), 0.0)
    ''
    >>> finished(ProgressStep("ease", "fold-1"), 41.2)
    'ease: done, 1 of 2 candidates, 41 s'
    >>> finished(ProgressStep("growth", "x4"), 50.0)
    'growth, x4: done, 50 s'
    """

    def __init__(self) -> None:
        self._left: dict[str, int] = {}

    def __call__(self, word: ExpectedWork | ProgressStep, seconds: float) -> str:
        """Return the line to print after this report; empty if it completes nothing."""
        if isinstance(word, ExpectedWork):
            self._left |= {name: word.pieces // len(word.whose) for name in word.whose}
            return f"this will take {said} on this machine" if (said := format_time_range(word.about)) else ""
        if word.doing:
            return ""
        if word.who not in self._left:
            return f"{word.who}, {word.piece}: done, {seconds:.0f} s"
        self._left[word.who] -= 1
        if self._left[word.who]:
            return ""
        done = sum(left == 0 for left in self._left.values())
        return f"{word.who}: done, {done} of {len(self._left)} candidates, {seconds:.0f} s"


@contextmanager
def show_progress(what: str) -> Iterator[None]:
    """Show the progress of the block on standard error: a bar on a terminal, otherwise plain lines."""
    shown = _show_bar(what) if create_console(err=True).is_terminal else _print_lines(time.monotonic)
    with shown:
        yield


@contextmanager
def _print_lines(clock: Callable[[], float]) -> Iterator[None]:
    finished, heard, began, ended = CompletionReport(), ProgressTally(), clock(), Event()

    def show(word: ExpectedWork | ProgressStep) -> None:
        heard(word)
        if line := finished(word, clock() - began):
            click.echo(line, err=True)

    def remind() -> None:
        while not ended.wait(EVERY_S):
            now = heard.line or "comparing"
            click.echo(f"{heard.done:.1f} of {heard.expected} parts, {clock() - began:.0f} s; {now}", err=True)

    reminder = Thread(target=remind, daemon=True)
    reminder.start()
    try:
        with listen_to_progress(show):
            yield
    finally:
        ended.set()
        reminder.join()


@contextmanager
def _show_bar(what: str) -> Iterator[None]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(bar_width=20),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"), TimeElapsedColumn(),
    )  # fmt: skip
    heard = ProgressTally()
    with Progress(*columns, console=create_console(err=True), transient=True) as progress:
        task = progress.add_task(what, total=1)

        def show(word: ExpectedWork | ProgressStep) -> None:
            heard(word)
            if isinstance(word, ExpectedWork) and (said := format_time_range(word.about)):
                progress.console.print(f"this will take {said} on this machine")
            progress.update(task, total=max(1, heard.expected), completed=heard.done, description=heard.line or what)

        with listen_to_progress(show):
            yield
