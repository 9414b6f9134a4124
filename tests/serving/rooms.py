"""Fixtures of serving: two models of two features, a ledger with a rollout, and a gateway in this process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.decide import Arm, ServingPlan
from starcase.serving.http.gateway import Gateway, Limits
from starcase.serving.http.metrics import ServingMetrics
from starcase.serving.http.signature import Signature
from starcase.serving.http.snapshot import Snapshot
from starcase.serving.wal import Index, WriteAhead
from starcase.tables.clock import SystemClock

HANGS_S = 300.0
"""Seconds after which a test takes for hung what it waits for; no test fails because a machine is slow."""

TOKEN = "not a secret"
OLD, NEW = "a" * 64, "b" * 64
FEATURES = {"x": 0.5, "y": None}


class Linear:
    """Scores ``slope`` times x; blocks from one half on."""

    def __init__(self, slope: float) -> None:
        self.slope = slope

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        scores = [self.slope * float(r.features["x"] or 0.0) for r in requests]
        return [Answer("block" if score >= 0.5 else "approve", score) for score in scores]


def plan(version: int = 1, model: str = OLD, name: str = "old") -> ServingPlan:
    return ServingPlan("shop", version, "shop", Arm(name, model))


def snapshot(version: int = 1, model: str = OLD, slope: float = 1.0) -> Snapshot:
    models: Mapping[str, Model] = {model: Linear(slope)}
    return Snapshot(plan(version, model), models, Signature({"x": "number", "y": "number"}))


def ask(id_: str, **changes: object) -> bytes:
    return json.dumps({"id": id_, "unit": "u1", "at": 5, "features": FEATURES} | changes).encode()


def with_wal(folder: Path, work: Callable[[WriteAhead], Awaitable[None]], worker: int = 0) -> None:
    """Run a coroutine on an event loop with a WAL, which is closed at the end."""

    async def main() -> None:
        Index.open(folder).close()
        wal = WriteAhead(folder, worker, lambda _: None)
        try:
            await work(wal)
        finally:
            await wal.close()

    asyncio.run(main())


def gateway(wal: WriteAhead | None, *, waits: bool = True, limits: Limits | None = None) -> Gateway:
    return Gateway(
        snapshot(), wal, waits=waits, limits=limits or Limits(), clock=SystemClock(), counts=ServingMetrics()
    )


async def answer(served: Gateway, body: bytes) -> tuple[int, Any]:
    pending = served.ask(body)
    failure = await pending.batch.wait() if pending.batch is not None else None
    status, said = pending.reply(failure)
    return status, json.loads(said)


class Served:
    """A gateway in separate processes, with methods to send requests to it."""

    def __init__(self, process: subprocess.Popen[str], url: str, case: str, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.url = url
        self.case = case
        self.port = int(url.rpartition(":")[2])

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=HANGS_S)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        kind = response.headers["content-type"]
        return response.status, json.loads(text) if kind == "application/json" else text.decode()

    def decide(self, body: bytes, **headers: str) -> tuple[int, Any]:
        return self.call("POST", f"/v1/cases/{self.case}/decisions", body, headers)


def children(pid: int) -> list[int]:
    """List the descendant processes of ``pid``."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    mine = [int(one) for task in tasks for one in (task / "children").read_text().split()]
    return [*mine, *(other for one in mine for other in children(one))]


def called(pid: int, name: str) -> list[int]:
    """List the descendants of ``pid`` that have a name."""
    found = []
    for one in children(pid):
        with suppress(OSError):
            if Path(f"/proc/{one}/comm").read_text().strip() == name:
                found.append(one)
    return found


@contextmanager
def serving(folder: Path, *options: str, token: str = "") -> Iterator[Served]:
    """Run ``starcase serve`` on a port that the operating system chooses."""
    command = [sys.executable, "-m", "starcase.cli", "serve", "--case", str(folder), "--port", "0", "--json", *options]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "STARCASE_TOKEN": token}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            said += line
        told = json.loads(said)
        yield Served(process, told["url"], told["case"], folder)
    finally:
        process.terminate()
        process.communicate(timeout=HANGS_S)
