"""Servers that are started together and measured in turn."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.serving.group import spent, spent_when_done
from benchmarks.serving.load import Load, finish, start

STARTED_WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of load saw, and the server's CPU microseconds a request by the niceness of its processes."""

    load: Load
    us: Mapping[int, float]

    @property
    def cpu_us(self) -> float:
        return sum(self.us.values())


@dataclass(slots=True)
class Server:
    """A running server: where it takes a request, of which body, and its process."""

    name: str
    port: int
    path: str
    body: Path
    process: subprocess.Popen[bytes]
    runs: list[Run] = field(default_factory=list)

    def measured(
        self, folder: Path, *, connections: int, seconds: float, rate: float = 0.0, finishes: bool = True
    ) -> Load:
        """One run of load.

        The CPU time kept beside it is all that the requests cost, what is done after their answers included. One that
        never ``finishes`` is not waited for.
        """
        before = spent(self.process.pid)
        load = finish(
            start(folder, self.port, self.path, self.body, connections=connections, seconds=seconds, rate=rate)
        )
        after = (spent_when_done if finishes else spent)(self.process.pid)
        self.runs.append(Run(load, {nice: (after[nice] - before[nice]) / max(1, load.fine) * 1e6 for nice in after}))
        return load

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def launch(
    name: str,
    command: Sequence[str],
    *,
    port: int,
    path: str,
    body: Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> Server:
    """Start a server and wait until it answers a request."""
    log = (folder / f"{name}.log").open("wb")
    process = subprocess.Popen(
        list(command),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd=folder,
        env=os.environ | {"OMP_NUM_THREADS": "1", "STARCASE_TOKEN": ""} | dict(environment or {}),
    )
    server = Server(name, port, path, body, process)
    deadline = time.monotonic() + STARTED_WITHIN
    while not answers(server):
        if process.poll() is not None or time.monotonic() > deadline:
            server.stop()
            raise RuntimeError(f"{name} does not answer: {(folder / f'{name}.log').read_text()[-800:]}")
        time.sleep(0.3)
    return server


def gateway(name: str, folder: Path, model: Path, body: Path, *options: str) -> Server:
    """``starcase serve`` over a fresh folder."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "starcase.cli",
        "serve",
        "--case",
        str(folder / name / "shop"),
        "--port",
        str(port),
    ]
    path = "/v1/cases/shop/decisions"
    return launch(name, [*command, "--champion", str(model), *options], port=port, path=path, body=body, folder=folder)


def answers(server: Server) -> bool:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        body = server.body.read_bytes().replace(b"@", f"first-{time.monotonic_ns()}".encode())
        connection.request("POST", server.path, body, {"content-type": "application/json"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def get(server: Server, path: str) -> object:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
