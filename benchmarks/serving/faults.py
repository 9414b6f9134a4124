"""What goes wrong on purpose: workers killed, shadows that stop, sleep, raise, leak and exit, switches under load."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec
from benchmarks.inference.measure import Measure
from benchmarks.serving.fleet import Server, gateway
from benchmarks.serving.group import niced
from benchmarks.serving.model import fitted, row
from benchmarks.serving.speed import bodies, ratio, rounds, running

from starcase.evidence import DecisionLog
from starcase.serving.wal import Importer

HOSTILE = """
import os, time
def raises(features): raise RuntimeError("no")
def exits(features): os._exit(7)
def sleeps(features): time.sleep(1); return 0.5
def spins(features):
    end = time.monotonic() + 1
    while time.monotonic() < end: pass
    return 0.5
KEPT = []
def leaks(features):
    KEPT.append(bytearray(os.urandom(1 << 20) * 50))
    return 0.5
"""
KINDS = ("stopped", "sleeps", "raises", "leaks", "exits", "spins")


def hostile(folder: Path, *, count: int, seconds: float) -> Iterable[Measure]:
    """The champion beside a hostile shadow, against the same gateway without one, in interleaved rounds."""
    body, model = bodies(folder).decision, fitted(folder)
    (folder / "hostile.py").write_text(HOSTILE)
    os.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    parts: dict[str, float] = {}
    for kind in KINDS:
        shadow = str(fitted(folder, name="new", trees=300)) if kind == "stopped" else f"hostile:{kind}"
        alone = gateway(f"alone-{kind}", folder, model, body)
        beside = gateway(f"beside-{kind}", folder, model, body, "--shadow", shadow)
        with running([alone, beside]) as servers:
            if kind == "stopped":
                time.sleep(3)
                for pid in niced(beside.process.pid, 19):
                    os.kill(pid, signal.SIGSTOP)
            rounds(servers, folder, count=count, connections=128, seconds=seconds, finishes=False)
            parts[kind], made_of = ratio(servers, beside.name, alone.name)
            parts[f"{kind}, lowest round"], parts[f"{kind}, highest round"] = (
                made_of["lowest round"],
                made_of["highest round"],
            )
            parts[f"{kind}: refused or broken"] = made_of[f"{beside.name} refused or broken"]
            for pid in niced(beside.process.pid, 19):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
    yield Measure(name="champion_ratio_with_hostile_shadow", value=min(parts[kind] for kind in KINDS), sense=">=",
                  goal=0.95, what="requests/s of the champion beside the worst shadow over those without one",
                  parts=parts)  # fmt: skip


def kills(folder: Path, *, count: int) -> Iterable[Measure]:
    """Workers killed at random moments while clients ask; every answer a client got must be in the log."""
    body, model = bodies(folder).decision, fitted(folder)
    server = gateway("killed", folder, model, body, "--workers", "2")
    store = folder / "killed" / "shop" / ".starcase"
    acknowledged: dict[str, float] = {}
    ended = threading.Event()
    with running([server]):
        clients = [threading.Thread(target=_client, args=(server, n, acknowledged, ended)) for n in range(16)]
        for client in clients:
            client.start()
        done, rng = 0, random.Random(0)
        while done < count:
            time.sleep(rng.uniform(0.05, 0.6))
            for pid in writers(store):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    done += 1
        time.sleep(2)
        ended.set()
        for client in clients:
            client.join()
    with DecisionLog.open(store / "decisions.sqlite") as log:
        Importer(store / "serving" / "wal", log).catch_up(all_closed=True)
        kept = {one.id: one.score for one in log.read(limit=10_000_000)}
    lost = sum(kept.get(id_) != score for id_, score in acknowledged.items())
    yield Measure(name="lost_acknowledged", value=lost, sense="<=", goal=0,
                  what="decisions a client had an answer to that the log does not hold, after kill -9 of workers",
                  parts={"kills": done, "acknowledged": len(acknowledged), "kept": len(kept)})  # fmt: skip


def _client(server: Server, number: int, acknowledged: dict[str, float], ended: threading.Event) -> None:
    connection, i = HTTPConnection("127.0.0.1", server.port, timeout=10), 0
    while not ended.is_set():
        i += 1
        id_ = f"k{number}-{i}"
        try:
            body = msgspec.json.encode({"id": id_, "unit": f"u{i}", "features": row()})
            connection.request("POST", server.path, body)
            response = connection.getresponse()
            said = response.read()
            if response.status == 200:
                acknowledged[id_] = msgspec.json.decode(said)["score"]
        except (OSError, HTTPException):
            connection.close()


def writers(store: Path) -> list[int]:
    """The processes that hold a segment open: the workers."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            files = [str(file.readlink()) for file in (process / "fd").iterdir()]
            if any(file.startswith(str(store)) and file.endswith(".segment") for file in files):
                found.append(int(process.name))
    return found
