"""An executor over processes of this machine."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar, cast

from starcase.compute.executor import WorkPlan
from starcase.compute.progress import listen_to_progress, report_progress
from starcase.compute.user_import import adopt, list_own_codes
from starcase.compute.user_source import OwnCode
from starcase.errors import StarcaseError

Item = TypeVar("Item")
Result = TypeVar("Result")
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Processes:
    """An executor with ``workers`` new processes; the results do not depend on their number.

    The function and the items are pickled: the function must belong to a module and not be a lambda. If a worker dies,
    an error names its item; Ctrl-C ends all workers.

    Args:
        workers: the number of processes.
    """

    workers: int
    _staying: list[list[_Worker]] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"the number of workers is {self.workers}; it must be at least 1")

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Return the results in the order of the items.

        Raises:
            StarcaseError: a worker process died.
            Exception: the exception of ``function`` for the first item, in item order, on which it failed.
        """
        todo = list(items)
        listed = _ItemsPlan(todo)
        self.carry_out(function, listed)
        return [cast("Result", listed.results[place]) for place in range(len(todo))]

    def carry_out(self, function: Callable[[Any], Any], plan: WorkPlan, /) -> None:
        """Do every piece of the plan; an idle worker gets work ahead if no other piece can begin.

        Raises:
            StarcaseError: a worker process died.
            Exception: the exception of ``function`` for the first started piece on which it failed.
        """
        if self._staying:
            _run(self._staying[-1], self.workers, function, plan)
            return
        with self.keep_workers():
            _run(self._staying[-1], self.workers, function, plan)

    @contextmanager
    def keep_workers(self) -> Iterator[None]:
        """Let the same workers do all work inside the block; their imports and cached data are kept.

        After a failure inside a block its workers are still busy, so the block must be left.
        """
        crew: list[_Worker] = []
        self._staying.append(crew)
        try:
            yield
        finally:
            self._staying.remove(crew)
            for worker in crew:
                worker.stop()


class _ItemsPlan:
    """A plan of independent pieces: the items of a list, with their indices."""

    def __init__(self, items: list[Any]) -> None:
        self._left = iter(enumerate(items))
        self.results: dict[int, Any] = {}

    def next(self, *, ahead: bool) -> _IndexedItem | None:
        del ahead
        found = next(self._left, None)
        return None if found is None else _IndexedItem(*found)

    def accept_result(self, piece: _IndexedItem, result: Any, /) -> None:
        self.results[piece.place] = result


@dataclass(frozen=True, slots=True)
class _IndexedItem:
    place: int
    item: Any


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    place: int = -1
    piece: Any = None

    @classmethod
    def start(cls) -> _Worker:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_run_worker, args=(there, list_own_codes()), daemon=True)
        process.start()
        there.close()
        return cls(process, here)

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()

    def answer(self) -> tuple[bool | None, Any]:
        """Return whether the work succeeded and its result; for a progress message, None and the message."""
        try:
            return cast("tuple[bool | None, Any]", self.connection.recv())
        except EOFError:
            self.process.join()
            return False, StarcaseError(
                f"the worker process of item {self.place} died",
                why=f"exit code {self.process.exitcode}" + _describe_signal(self.process.exitcode),
                mend="use fewer workers, or a machine with more memory",
            )


def _run(crew: list[_Worker], most: int, function: Callable[[Any], Any], plan: WorkPlan) -> None:
    """Do the plan with at most ``most`` workers; each is started when there is a piece for it."""
    failures: dict[int, Exception] = {}
    idle = list(crew)
    given = 0
    while True:
        while (idle or len(crew) < most) and not failures and (piece := _select_piece(plan)) is not None:
            if not idle:
                crew.append(_Worker.start())
                idle.append(crew[-1])
            worker = idle.pop()
            worker.place, worker.piece = given, piece
            worker.connection.send((function, piece.item if isinstance(piece, _IndexedItem) else piece))
            given += 1
        busy = [worker for worker in crew if worker not in idle]
        if not busy:
            break
        ready = wait([worker.connection for worker in busy])
        for worker in (w for w in busy if w.connection in ready):
            fine, answer = worker.answer()
            if fine is None:
                report_progress(answer)
                continue
            idle.append(worker)
            if fine:
                plan.accept_result(worker.piece, answer)
            else:
                failures[worker.place] = answer
    if failures:
        raise failures[min(failures)]


def _select_piece(plan: WorkPlan) -> Any | None:
    piece = plan.next(ahead=False)
    return plan.next(ahead=True) if piece is None else piece


def _run_worker(connection: Connection, codes: tuple[OwnCode, ...]) -> None:
    """Run a worker: process items until the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    adopt(codes)
    with listen_to_progress(lambda word: connection.send((None, word))):
        _answer_all(connection)


def _answer_all(connection: Connection) -> None:
    while True:
        try:
            function, item = connection.recv()
            answer = (True, function(item))
        except EOFError:
            return
        except Exception as error:  # noqa: BLE001 - sent to the caller
            answer = (False, _convert_error(error))
        try:
            connection.send(answer)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            connection.send((False, _convert_error(error)))


def _convert_error(error: Exception) -> Exception:
    """Return the error with the worker's traceback as a note; an unpicklable one as a StarcaseError with its text."""
    trace = "".join(traceback.format_exception(error))
    try:
        travelled = cast("Exception", pickle.loads(pickle.dumps(error)))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - any exception may occur in pickling
        travelled = StarcaseError(f"{type(error).__name__}: {error}")
    travelled.add_note(f"in a worker process:\n{trace}")
    return travelled


def _describe_signal(code: int | None) -> str:
    return f", killed by {signal.Signals(-code).name}" if code is not None and code < 0 else ""
