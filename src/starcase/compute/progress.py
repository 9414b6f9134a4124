"""What a long work tells while it goes on, whichever process does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExpectedWork:
    """How many pieces of work there will be from now on, beyond those that were expected before.

    Args:
        pieces: how many.
        whose: the candidates among which they are shared equally; nobody where the work is nobody's alone.
        about: how many seconds the work will take, from and to; zeros where that is not known.
    """

    pieces: int
    whose: tuple[str, ...] = ()
    about: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """How far one piece of work has come.

    Args:
        who: whose work it is: a candidate.
        piece: which of the pieces of that work: a fold.
        doing: what is being done to it now; empty once it is done.
        part: how much of the piece is done, 0 to 1.
    """

    who: str
    piece: str
    doing: str = ""
    part: float = 1.0


Listener = Callable[[ExpectedWork | ProgressStep], None]
_LISTENERS: list[Listener] = []


def report_progress(word: ExpectedWork | ProgressStep) -> None:
    """Say how far work has come to whoever listens last; to nobody where nobody does."""
    if _LISTENERS:
        _LISTENERS[-1](word)


@contextmanager
def listen_to_progress(listener: Listener) -> Iterator[None]:
    """Hear what is told while the block runs, in this process and in the workers of ``Processes``.

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
