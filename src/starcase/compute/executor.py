"""Executors: in this process, in other processes or on a cluster; the results are the same, in item order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, TypeVar, runtime_checkable

Item = TypeVar("Item")
Result = TypeVar("Result")


class Executor(Protocol):
    """Maps a picklable function over picklable items."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Return the results in the order of the items."""
        ...


class WorkPlan(Protocol):
    """Pieces of work, some of which can begin only after others are done."""

    def next(self, *, ahead: bool) -> Any | None:
        """Return a piece that can begin now; None if all others wait for pieces that are not done.

        With ``ahead`` it may also return a piece that may turn out not to be needed, for an idle worker.
        """
        ...

    def accept_result(self, piece: Any, result: Any, /) -> None:
        """Accept the result of a piece; results may arrive in any order."""
        ...


@runtime_checkable
class PlanExecutor(Protocol):
    """An executor that gives a worker its next piece as soon as it is idle."""

    def carry_out(self, function: Callable[[Any], Any], plan: WorkPlan, /) -> None:
        """Do every piece of the plan."""
        ...


@runtime_checkable
class PersistentExecutor(Protocol):
    """An executor that can reuse its workers for several pieces of work."""

    def keep_workers(self) -> AbstractContextManager[None]:
        """Let the same workers do all work inside the block."""
        ...


def keep_workers(executor: Executor) -> AbstractContextManager[None]:
    """Let the same workers do all work inside the block, if the executor supports it."""
    return executor.keep_workers() if isinstance(executor, PersistentExecutor) else nullcontext()


def carry_out(executor: Executor, function: Callable[[Any], Any], plan: WorkPlan) -> None:
    """Do every piece of a plan; an executor without ``carry_out`` maps over the pieces that can begin, in rounds."""
    if isinstance(executor, PlanExecutor):
        executor.carry_out(function, plan)
        return
    while pieces := list(iter(lambda: plan.next(ahead=False), None)):
        for piece, result in zip(pieces, executor.map(function, pieces), strict=True):
            plan.accept_result(piece, result)


class InProcess:
    """An executor that does the work in this process, one item after the other."""

    workers = 1

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Return the results in the order of the items."""
        return [function(item) for item in items]

    def carry_out(self, function: Callable[[Any], Any], plan: WorkPlan, /) -> None:
        """Do one piece of the plan after the other."""
        while (piece := plan.next(ahead=False)) is not None:
            plan.accept_result(piece, function(piece))
