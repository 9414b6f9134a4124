"""Where work is done: here, in other processes, on a cluster; the results are the same, in the order of the items."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Executor(Protocol):
    """Maps a picklable function over picklable items."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Results in the order of the items, whoever computed them."""
        ...


class InProcess:
    """Does the work right here, one item after the other."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Results in the order of the items."""
        return [function(item) for item in items]
