"""Where work is done: here, in other processes, on a cluster; the results are the same, in the order of the items."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, TypeVar, runtime_checkable

Item = TypeVar("Item")
Result = TypeVar("Result")


class Executor(Protocol):
    """Maps a picklable function over picklable items."""

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Results in the order of the items, whoever computed them."""
        ...


class WorkPlan(Protocol):
    """Pieces of work of which some can begin only once others are done."""

    def next(self, *, ahead: bool) -> Any | None:
        """A piece that can begin now; None where all others wait for pieces that are not done yet.

        With ``ahead`` also a piece that may turn out not to be needed: for a worker that would stand idle.
        """
        ...

    def accept_result(self, piece: Any, result: Any, /) -> None:
        """Take in what came of a piece; pieces may come back in any order."""
        ...


@runtime_checkable
class PlanExecutor(Protocol):
    """An executor that gives a worker its next piece as soon as it is idle."""

    def carry_out(self, function: Callable[[Any], Any], plan: WorkPlan, /) -> None:
        """Do every piece of the plan."""
        ...


@runtime_checkable
class PersistentExecutor(Protocol):
    """An executor whose workers can do several pieces of work one after the other."""

    def keep_workers(self) -> AbstractContextManager[None]:
        """Let the same workers do all work inside the block."""
        ...


def keep_workers(executor: Executor) -> AbstractContextManager[None]:
    """Let the same workers do all work inside the block, where the executor can."""
    return executor.keep_workers() if isinstance(executor, PersistentExecutor) else nullcontext()


def carry_out(executor: Executor, function: Callable[[Any], Any], plan: WorkPlan) -> None:
    """Do every piece of a plan; an executor that only maps does it in rounds of the pieces that can begin."""
    if isinstance(executor, PlanExecutor):
        executor.carry_out(function, plan)
        return
    while pieces := list(iter(lambda: plan.next(ahead=False), None)):
        for piece, result in zip(pieces, executor.map(function, pieces), strict=True):
            plan.accept_result(piece, result)


class InProcess:
    """Does the work right here, one item after the other."""

    workers = 1

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Results in the order of the items."""
        return [function(item) for item in items]

    def carry_out(self, function: Callable[[Any], Any], plan: WorkPlan, /) -> None:
        """Do one piece of the plan after the other."""
        while (piece := plan.next(ahead=False)) is not None:
            plan.accept_result(piece, function(piece))
