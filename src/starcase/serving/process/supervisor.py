"""Keeps a gateway's processes running: workers, the WAL importer, shadows, the controller."""

from __future__ import annotations

import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

from starcase.decide import Arm
from starcase.errors import RolloutError
from starcase.serving.process.settings import Settings

BACKLOG = 2048
LOOK = 0.2
PATIENCE = 15.0
STRIKES, STRIKE_SECONDS = 3, 60.0
ADMISSION = "admission-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The function of each process: module-level functions with arguments, so that a new process can import them.

    Args:
        worker: called with the worker's number and the listening socket.
        keeper: called with nothing.
        controller: called with nothing; None where there is no controller.
        shadow: called with the arm's name, its model, and the version of the plan under which it shadows.
        shadows: polled for the arms that must run in shadow, and that version.
        admission: called with the name and the model of an arm that has no passport; shows it requests and writes one.
        strangers: polled for the champion and challenger without a passport.
    """

    worker: Callable[..., None]
    keeper: Callable[..., None]
    controller: Callable[..., None] | None
    shadow: Callable[..., None]
    shadows: Callable[[], tuple[Sequence[Arm], int]]
    admission: Callable[..., None]
    strangers: Callable[[], Sequence[Arm]]
    arguments: tuple[Any, ...] = ()


@dataclass(slots=True)
class _Child:
    target: Callable[..., None]
    arguments: tuple[Any, ...]
    process: BaseProcess | None = None
    ends: list[float] = field(default_factory=list)

    def count_recent_exits(self, now: float) -> int:
        return sum(now - end < STRIKE_SECONDS for end in self.ends)


class Supervisor:
    """Starts a gateway's processes, restarts those that end, and quarantines shadows that end repeatedly.

    Args:
        settings: how the gateway is run.
        roles: what the processes do.
        quarantine: called with a shadow that is quarantined.
    """

    def __init__(self, settings: Settings, roles: Roles, quarantine: Callable[[Arm], None]) -> None:
        self._settings = settings
        self._roles = roles
        self._quarantine = quarantine
        self._context = create_fork_server(roles.worker.__module__)
        self._children: dict[str, _Child] = {}
        self._given_up: set[str] = set()
        self._ready = False
        self.socket = _open_socket(settings)
        self.port: int = self.socket.getsockname()[1]

    def run(self, ended: threading.Event, began: Callable[[], None] = lambda: None) -> None:
        """Keep all processes running until ``ended`` is set; then let them finish.

        ``began`` is called once every worker answers; shadows and the controller start after that.

        Raises:
            RolloutError: a worker ended several times in a row before its first answer.
        """
        self._add("keeper", self._roles.keeper)
        for number in range(self._settings.workers):
            self._add(f"worker-{number}", self._roles.worker, number, self.socket)
        try:
            while not ended.wait(LOOK):
                if not self._ready and self._has_all_workers():
                    self._ready = True
                    began()
                    if self._roles.controller is not None:
                        self._add("controller", self._roles.controller)
                if self._ready:
                    self._update_shadows()
                    self._start_admissions()
                for name in list(self._children):
                    self._restart_if_ended(name)
        finally:
            self._stop_children([name for name in self._children if name != "keeper"])
            self._stop_children(["keeper"])
            self.socket.close()

    def _has_all_workers(self) -> bool:
        return all((self._settings.counters / f"worker-{n}").exists() for n in range(self._settings.workers))

    def list_processes(self) -> Mapping[str, int]:
        """Return the process ids of the running children, by name."""
        return {name: c.process.pid or 0 for name, c in self._children.items() if c.process and c.process.is_alive()}

    def _update_shadows(self) -> None:
        if self._settings.durability == "off":
            return
        arms, version = self._roles.shadows()
        wanted = {f"shadow-{arm.model}-{version}": arm for arm in arms}
        gone = [name for name in self._children if name.startswith("shadow-") and name not in wanted]
        self._stop_children(gone)
        for name, arm in wanted.items():
            if name not in self._children and name not in self._given_up:
                self._add(name, self._roles.shadow, arm.name, arm.model, version)

    def _start_admissions(self) -> None:
        """Start the admission of every arm without a passport; one that failed admission is not tried again."""
        for arm in self._roles.strangers():
            name = f"{ADMISSION}{arm.model}"
            if name not in self._children and name not in self._given_up:
                self._add(name, self._roles.admission, arm.name, arm.model)

    def _add(self, name: str, target: Callable[..., None], *arguments: Any) -> None:
        child = self._children[name] = _Child(target, (*self._roles.arguments, *arguments))
        self._start(name, child)

    def _start(self, name: str, child: _Child) -> None:
        child.process = self._context.Process(target=child.target, args=child.arguments, name=f"starcase {name}")
        child.process.start()

    def _restart_if_ended(self, name: str) -> None:
        child = self._children[name]
        if child.process is None or child.process.is_alive():
            return
        if child.process.exitcode:
            sys.stderr.write(f"starcase serve: {name} ended with code {child.process.exitcode}\n")
        if name.startswith(ADMISSION):
            self._given_up.add(name)
            del self._children[name]
            return
        now = time.monotonic()
        child.ends.append(now)
        if not self._ready and name.startswith("worker-") and child.count_recent_exits(now) >= STRIKES:
            raise RolloutError(
                f"{name} ended at its start {STRIKES} times in a row",
                why="its output is above; nothing is served",
                mend="fix the cause and run `starcase serve` again; `starcase doctor` checks the installation",
            )
        if name.startswith("shadow-") and child.count_recent_exits(now) >= STRIKES:
            self._given_up.add(name)
            del self._children[name]
            name, model, _ = child.arguments[-3:]
            self._quarantine(Arm(name, model))
            return
        self._start(name, child)

    def _stop_children(self, names: Sequence[str]) -> None:
        leaving = []
        for name in names:
            process = self._children.pop(name).process
            if process is not None:
                leaving.append(process)
                (process.kill if name.startswith("shadow-") else process.terminate)()
        deadline = time.monotonic() + PATIENCE
        for process in leaving:
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def create_fork_server(module: str) -> ForkServerContext:
    """Create a fork server that has already imported ``module``, so that a process starts quickly.

    The server runs no thread and opens nothing; all forked processes share its imports.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


def _open_socket(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((settings.host, settings.port))
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening
