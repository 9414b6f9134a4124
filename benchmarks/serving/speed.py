"""How many decisions a second: the gateway, bare FastAPI and others in turn, round after round."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.inference.measure import Measure
from benchmarks.serving.fleet import Server, free_port, gateway, launch
from benchmarks.serving.group import still
from benchmarks.serving.model import fitted, template
from benchmarks.serving.rivals import Bodies, rival

PEERS = ("litserve", "bentoml", "mlserver", "mlflow", "ray")
LIMIT = Path(__file__).parent / "limit.py"
NICE = {who: min(19, os.nice(0) + more) for who, more in (("worker", 0), ("importer", 5), ("shadow", 19))}


@contextmanager
def running(servers: Sequence[Server]) -> Iterator[Sequence[Server]]:
    try:
        yield servers
    finally:
        for server in servers:
            server.stop()


def bodies(folder: Path) -> Bodies:
    return Bodies(*(template(folder, kind) for kind in ("decision", "mlflow", "mlserver")))


def ratio(servers: Sequence[Server], name: str, base: str) -> tuple[float, dict[str, float]]:
    """The median over rounds of requests a second of one over the other, and what it is made of."""
    pair = [next(server for server in servers if server.name == wanted) for wanted in (name, base)]
    one, other = (server.runs for server in pair)
    ratios = [a.load.per_second / b.load.per_second for a, b in zip(one, other, strict=True)]
    return median(ratios), {
        "lowest round": min(ratios),
        "highest round": max(ratios),
        "CPU ratio": median(b.cpu_us / a.cpu_us for a, b in zip(one, other, strict=True)),
        **{f"{server.name} {word}": value for server in pair for word, value in told(server).items()},
    }


def told(server: Server) -> dict[str, float]:
    """A server's medians over its rounds."""
    runs = server.runs
    return {
        "requests/s": median(run.load.per_second for run in runs),
        "CPU us/request": median(run.cpu_us for run in runs),
        "p50 ms": median(run.load.p50_ms for run in runs),
        "p99 ms": median(run.load.p99_ms for run in runs),
        "refused or broken": float(sum(run.load.refused + run.load.broken for run in runs)),
        "load generator's share of a core": median(run.load.busy for run in runs),
    }


def rounds(
    servers: Sequence[Server],
    folder: Path,
    *,
    count: int,
    connections: int,
    seconds: float,
    rate: float = 0.0,
    finishes: bool = True,
) -> None:
    """Every server in turn, in another order each round; those whose turn it is not stand still."""
    for server in servers:
        server.runs.clear()
    for number in range(count):
        first = number % len(servers)
        for server in [*servers[first:], *servers[:first]]:
            with still([other.process.pid for other in servers if other is not server]):
                server.measured(folder, connections=connections, seconds=seconds, rate=rate, finishes=finishes)


def speed(folder: Path, *, count: int, seconds: float) -> Iterable[Measure]:
    """The ratios against bare FastAPI and against the limit of Python, with and without everything that is kept."""
    body, model = bodies(folder), fitted(folder)
    shadow = fitted(folder, name="new", trees=300)
    port = free_port()
    started = [
        rival("fastapi", folder, model, body),
        gateway("full", folder, model, body.decision, "--shadow", str(shadow)),
        gateway("off", folder, model, body.decision, "--durability", "off"),
        launch("limit", [sys.executable, str(LIMIT), str(port), str(model)], port=port, path="/decide",
               body=body.decision, folder=folder),
    ]  # fmt: skip
    with running(started) as servers:
        rounds(servers, folder, count=count, connections=128, seconds=seconds)
        full, parts = ratio(servers, "full", "fastapi")
        yield Measure(name="full_over_fastapi_128", value=full, sense=">=", goal=2.5, parts=parts,
                      what="durable log, assignment and a shadow process, against FastAPI with none of it")  # fmt: skip
        by = {who: median(run.us.get(nice, 0.0) for run in servers[1].runs) for who, nice in NICE.items()}
        yield Measure(name="cpu_us_per_request", value=parts["full CPU us/request"], sense="<=", goal=90, parts=by,
                      what="all processes, until the log and a shadow of three times the trees are done")  # fmt: skip
        off, parts = ratio(servers, "off", "fastapi")
        yield Measure(name="off_over_fastapi", value=off, sense=">=", goal=4.5, parts=parts,
                      what="the same kernel and validation with nothing kept")  # fmt: skip
        share, parts = ratio(servers, "off", "limit")
        yield Measure(name="share_of_python_limit", value=share, sense=">=", goal=0.5, parts=parts,
                      what="against a bare asyncio.Protocol with httptools that checks and keeps nothing")  # fmt: skip
        two = servers[:2]
        rounds(two, folder, count=count, connections=32, seconds=seconds)
        full, parts = ratio(two, "full", "fastapi")
        yield Measure(name="full_over_fastapi_32", value=full, sense=">=", goal=1.75, parts=parts,
                      what="the same with 32 connections, where every answer waits for its commit")  # fmt: skip
        rate = parts["fastapi requests/s"] / 2
        three = servers[:3]
        rounds(three, folder, count=count, connections=256, seconds=seconds, rate=rate)
        yield from _open_loop({server.name: told(server) for server in three}, rate, commits(folder))


def _open_loop(seen: Mapping[str, Mapping[str, float]], rate: float, disk: Sequence[float]) -> Iterable[Measure]:
    """Latency at one fixed rate, half of what FastAPI took in a closed loop; late starts count as latency."""
    parts = {f"{name} {word}": value for name, words in seen.items() for word, value in words.items()}
    parts |= {"commit of this disk, p50 ms": disk[len(disk) // 2], "p99 ms": disk[len(disk) * 99 // 100]}
    added = seen["full"]["p50 ms"] - seen["off"]["p50 ms"]
    yield Measure(name="durable_p50_in_commits", value=added / disk[len(disk) // 2], sense="<=", goal=2.0, parts=parts,
                  what=f"what waiting for the disk adds to p50 at a fixed {rate:.0f} requests/s")  # fmt: skip
    p99 = seen["full"]["p99 ms"] / seen["fastapi"]["p99 ms"]
    yield Measure(name="open_loop_p99_over_fastapi", value=p99, sense="<=", goal=2.0, parts={},
                  what="p99 at that rate, the commit waited for, against FastAPI that keeps nothing")  # fmt: skip


def commits(folder: Path, count: int = 500) -> list[float]:
    """Milliseconds that the disk takes to make 1,000 bytes durable, in order of size."""
    took = []
    with (folder / "commits").open("wb", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, count * 1000)
        for _ in range(count):
            begun = time.perf_counter()
            file.write(bytes(1000))
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - begun) * 1e3)
    return sorted(took)


def best_peer(folder: Path, *, count: int, seconds: float) -> Iterable[Measure]:
    """The full gateway over each of the peers, which keep and assign nothing."""
    body, model = bodies(folder), fitted(folder)
    found: dict[str, float] = {}
    for name in PEERS:
        try:
            peer = rival(name, folder, model, body)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            print(f"{name} is left out: {str(error)[:200]}", file=sys.stderr)
            continue
        full = gateway(
            f"full-{name}", folder, model, body.decision, "--shadow", str(fitted(folder, name="new", trees=300))
        )
        with running([peer, full]) as servers:
            rounds(servers, folder, count=count, connections=128, seconds=seconds)
            value, parts = ratio(servers, full.name, name)
            found[f"over {name}"] = value
            found[f"{name}, lowest round"] = parts["lowest round"]
            found[f"{name}, highest round"] = parts["highest round"]
            found[f"{name} requests/s"] = parts[f"{name} requests/s"]
            found[f"{name} CPU us/request"] = parts[f"{name} CPU us/request"]
    ratios = [value for name, value in found.items() if name.startswith("over ")]
    if ratios:
        yield Measure(name="full_over_best_peer", value=min(ratios), sense=">=", goal=5, parts=found,
                      what=f"against the quickest of {', '.join(PEERS)} as they install")  # fmt: skip
