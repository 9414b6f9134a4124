"""A bar for long work: how much of it is done, who is at what, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def watching(what: str) -> Iterator[None]:
    """Show on standard error how far the block has come; nothing where that is no terminal."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(bar_width=20),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"), TimeElapsedColumn(),
    )  # fmt: skip
    out, heard = console(err=True), Heard()
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task(what, total=1)

        def show(word: Expected | Step) -> None:
            heard(word)
            progress.update(task, total=max(1, heard.expected), completed=heard.done, description=heard.line or what)

        with listening(show):
            yield
