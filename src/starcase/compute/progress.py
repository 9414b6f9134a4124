"""Progress messages of long work, from this process and from worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExpectedWork:
    """The number of further pieces of work, in addition to those announced before.

    Args:
        pieces: the number of pieces.
        whose: the candidates to which the pieces belong in equal parts; empty for shared work.
        about: the expected seconds of the work, from and to; zeros if unknown.
    """

    pieces: int
    whose: tuple[str, ...] = ()
    about: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """The progress of one piece of work.

    Args:
        who: the candidate that the work belongs to.
        piece: the name of the piece: a fold.
        doing: the current step; empty when the piece is done.
        part: the share of the piece that is done, 0 to 1.
    """

    who: str
    piece: str
    doing: str = ""
    part: float = 1.0


Listener = Callable[[ExpectedWork | ProgressStep], None]
_LISTENERS: list[Listener] = []


def report_progress(word: ExpectedWork | ProgressStep) -> None:
    """Send a progress message to the innermost listener; without a listener it is ignored."""
    if _LISTENERS:
        _LISTENERS[-1](word)


@contextmanager
def listen_to_progress(listener: Listener) -> Iterator[None]:
    """Receive progress messages while the block runs, from this process and the workers of ``Processes``.

    >>> heard = []
    >>> with listen_to_progress(heard.append):
    ...     report_progress(ProgressStep("ease", "fold-1", "trial 1 of 8", 0.0))
    >>> heard[0].doing
    'trial 1 of 8'
    """
    _LISTENERS.append(listener)
    try:
        yield
    finally:
        _LISTENERS.pop()
