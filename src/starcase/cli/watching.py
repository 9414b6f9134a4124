"""Long work: how much of it is done, who is at what, how long it takes; a bar, or lines where no terminal is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from starcase.case.progress import Expected, Step, listening
from starcase.cli.show import console


class Heard:
    """What has been told so far, as one line and one share."""

    def __init__(self) -> None:
        self.expected = 0
        self._steps: dict[tuple[str, str], Step] = {}

    def __call__(self, word: Expected | Step) -> None:
        """Take in one word."""
        if isinstance(word, Expected):
            self.expected += word.pieces
        else:
            self._steps.pop((word.who, word.piece), None)
            self._steps[word.who, word.piece] = word

    @property
    def done(self) -> float:
        """Pieces done, begun ones by their part."""
        return sum(step.part for step in self._steps.values())

    @property
    def line(self) -> str:
        """Who is at what: the latest word of what is not done yet.

        >>> heard = Heard()
        >>> heard(Step("ease", "fold-1", "trial 2 of 8", 0.1))
        >>> heard(Step("als", "fold-1", "", 1.0))
        >>> heard.line
        'ease, fold-1: trial 2 of 8'
        """
        going = [step for step in self._steps.values() if step.doing]
        return f"{going[-1].who}, {going[-1].piece}: {going[-1].doing}" if going else ""


class Finished:
    """A line for each candidate once all its pieces are done, and for each piece that is nobody's.

    >>> finished = Finished()
    >>> finished(Expected(2, ("ease", "als")), 0.0)
    ''
    >>> finished(Step("ease", "fold-1"), 41.2)
    'ease: done, 1 of 2 candidates, 41 s'
    >>> finished(Step("growth", "x4"), 50.0)
    'growth, x4: done, 50 s'
    """

    def __init__(self) -> None:
        self._left: dict[str, int] = {}

    def __call__(self, word: Expected | Step, seconds: float) -> str:
        """The line that the word makes true; empty where it finishes nothing."""
        if isinstance(word, Expected):
            self._left |= {name: word.pieces // len(word.whose) for name in word.whose}
            return ""
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
def watching(what: str) -> Iterator[None]:
    """Show on standard error how far the block has come: a bar, or plain lines where that is no terminal."""
    shown = _bar(what) if console(err=True).is_terminal else _lines(time.monotonic)
    with shown:
        yield


@contextmanager
def _lines(clock: Callable[[], float]) -> Iterator[None]:
    finished, began = Finished(), clock()

    def show(word: Expected | Step) -> None:
        if line := finished(word, clock() - began):
            click.echo(line, err=True)

    with listening(show):
        yield


@contextmanager
def _bar(what: str) -> Iterator[None]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(bar_width=20),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"), TimeElapsedColumn(),
    )  # fmt: skip
    heard = Heard()
    with Progress(*columns, console=console(err=True), transient=True) as progress:
        task = progress.add_task(what, total=1)

        def show(word: Expected | Step) -> None:
            heard(word)
            progress.update(task, total=max(1, heard.expected), completed=heard.done, description=heard.line or what)

        with listening(show):
            yield
