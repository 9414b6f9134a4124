"""The tools of the serving benchmark: load generator, CPU time of a process group, paused servers."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from benchmarks.serving.fleet import Run, Server
from benchmarks.serving.group import members, niced, spent, still
from benchmarks.serving.load import Load, finish, start
from benchmarks.serving.speed import commits, ratio

SPINS = "while True: pass"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append(body)  # type: ignore[attr-defined]
        self.send_response(200 if b"fine" in body else 503)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def heard() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.seen = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_open_loop_keeps_its_rate_and_sends_distinct_requests(tmp_path: Path, heard: ThreadingHTTPServer) -> None:
    (tmp_path / "body").write_text('{"fine": "@"}')
    port = heard.server_address[1]
    load = finish(start(tmp_path, port, "/", tmp_path / "body", connections=8, seconds=1.0, rate=100))
    seen = heard.seen  # type: ignore[attr-defined]
    assert 0 < load.fine <= 101, "a machine that does other things lets it fall behind, never run ahead"
    assert load.refused + load.broken == 0
    assert len(set(seen)) == len(seen)
    assert 0 < load.busy < 0.5


def test_refused_requests_are_not_counted_as_answered(tmp_path: Path, heard: ThreadingHTTPServer) -> None:
    (tmp_path / "body").write_text('{"other": "@"}')
    load = finish(start(tmp_path, heard.server_address[1], "/", tmp_path / "body", connections=2, seconds=2.0))
    assert load.fine == 0
    assert load.refused > 0


def test_process_group_can_be_paused_and_resumed() -> None:
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SPINS!r}], start_new_session=True)"
    process = subprocess.Popen([sys.executable, "-c", nested], start_new_session=True)
    try:
        while len(members(process.pid)) < 2 or not sum(spent(process.pid).values()):
            time.sleep(0.02)
        assert not niced(process.pid, 19)
        with still([process.pid]):
            time.sleep(0.05)
            before = sum(spent(process.pid).values())
            time.sleep(0.3)
            assert sum(spent(process.pid).values()) == before
        while sum(spent(process.pid).values()) <= before:
            time.sleep(0.02)
    finally:
        for pid in members(process.pid):
            subprocess.run(["kill", "-9", str(pid)], check=False)
        process.wait()


def test_ratios_are_medians_over_rounds_with_their_range(tmp_path: Path) -> None:
    def server(name: str, *per_second: float) -> Server:
        loads = [Load(100, 0, 0, 1.0, rate, 1.0, 2.0, 3.0, 0.0, 0.1) for rate in per_second]
        quick = subprocess.Popen(["true"])
        quick.wait()
        return Server(name, 0, "/", tmp_path, quick, [Run(load, {0: 1e6 / load.per_second}) for load in loads])

    value, parts = ratio([server("a", 10, 40, 90), server("b", 10, 20, 30)], "a", "b")
    assert (value, parts["lowest round"], parts["highest round"]) == (2.0, 1.0, 3.0)
    assert parts["CPU ratio"] == pytest.approx(2.0)
    assert parts["a requests/s"] == 40


def test_commit_times_are_sorted_and_positive(tmp_path: Path) -> None:
    took = commits(tmp_path, 20)
    assert len(took) == 20
    assert took == sorted(took)
    assert took[0] > 0
