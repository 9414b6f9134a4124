"""An executor over processes of this machine."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar, cast

from starcase.case.own_code import OwnCode
from starcase.case.own_import import adopt, own_codes
from starcase.case.progress import listening, tell
from starcase.errors import StarcaseError

Item = TypeVar("Item")
Result = TypeVar("Result")
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Processes:
    """Maps over ``workers`` fresh processes; the results do not depend on how many there are.

    The function and the items are pickled: a function is one of a module, not a lambda. A worker that dies is an error
    that names the item it died on; Ctrl-C ends all of them.

    Args:
        workers: how many processes work at once.
    """

    workers: int

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"{self.workers} workers cannot do anything")

    def map(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
        """Results in the order of the items.

        Raises:
            StarcaseError: a worker process died.
            Exception: what ``function`` raised for the first item, in their order, that it failed on.
        """
        todo = list(items)
        crew = [_Worker.start() for _ in range(min(self.workers, len(todo)))]
        try:
            return cast("list[Result]", _run(crew, function, todo))
        finally:
            for worker in crew:
                worker.stop()


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    place: int = -1

    @classmethod
    def start(cls) -> _Worker:
        here, there = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_work, args=(there, own_codes()), daemon=True)
        process.start()
        there.close()
        return cls(process, here)

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()

    def answer(self) -> tuple[bool | None, Any]:
        """Whether it went well and what came of it; None and a word where the work only tells how far it is."""
        try:
            return cast("tuple[bool | None, Any]", self.connection.recv())
        except EOFError:
            self.process.join()
            return False, StarcaseError(
                f"the process that worked on item {self.place} died",
                why=f"exit code {self.process.exitcode}" + _killed(self.process.exitcode),
                mend="use fewer workers, or a machine with more memory",
            )


def _run(crew: list[_Worker], function: Callable[[Any], Any], todo: list[Any]) -> list[Any]:
    results: dict[int, Any] = {}
    failures: dict[int, Exception] = {}
    idle = list(crew)
    given = 0
    while True:
        while idle and given < len(todo) and not failures:
            worker = idle.pop()
            worker.place = given
            worker.connection.send((function, todo[given]))
            given += 1
        busy = [worker for worker in crew if worker not in idle]
        if not busy:
            break
        ready = wait([worker.connection for worker in busy])
        for worker in (w for w in busy if w.connection in ready):
            fine, answer = worker.answer()
            if fine is None:
                tell(answer)
                continue
            (results if fine else failures)[worker.place] = answer
            idle.append(worker)
    if failures:
        raise failures[min(failures)]
    return [results[place] for place in range(len(todo))]


def _work(connection: Connection, codes: tuple[OwnCode, ...]) -> None:
    """The life of a worker: take an item, answer, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    adopt(codes)
    with listening(lambda word: connection.send((None, word))):
        _answer_all(connection)


def _answer_all(connection: Connection) -> None:
    while True:
        try:
            function, item = connection.recv()
            answer = (True, function(item))
        except EOFError:
            return
        except Exception as error:  # noqa: BLE001 - carried to whoever asked
            answer = (False, _portable(error))
        try:
            connection.send(answer)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            connection.send((False, _portable(error)))


def _portable(error: Exception) -> Exception:
    """The error as it can travel: itself with the far traceback as a note, or its words where it cannot be pickled."""
    trace = "".join(traceback.format_exception(error))
    try:
        travelled = cast("Exception", pickle.loads(pickle.dumps(error)))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - any class may refuse in its own way
        travelled = StarcaseError(f"{type(error).__name__}: {error}")
    travelled.add_note(f"in a worker process:\n{trace}")
    return travelled


def _killed(code: int | None) -> str:
    return f", killed by {signal.Signals(-code).name}" if code is not None and code < 0 else ""
