"""How many decisions a second: the gateway, bare FastAPI and others in turn, round after round."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.inference.measure import Measure
from benchmarks.serving.fleet import Server, free_port, gateway, launch
from benchmarks.serving.model import fitted, template
from benchmarks.serving.rivals import Bodies, rival

PEERS = ("litserve", "bentoml", "mlserver", "mlflow", "ray")
LIMIT = Path(__file__).parent / "limit.py"


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
    one = next(server.runs for server in servers if server.name == name)
    other = next(server.runs for server in servers if server.name == base)
    ratios = [a.per_second / b.per_second for (a, _), (b, _) in zip(one, other, strict=True)]
    return median(ratios), {
        "lowest round": min(ratios),
        "highest round": max(ratios),
        f"{name} requests/s": median(load.per_second for load, _ in one),
        f"{base} requests/s": median(load.per_second for load, _ in other),
        f"{name} CPU us/request": median(us for _, us in one),
        f"{base} CPU us/request": median(us for _, us in other),
        "CPU ratio": median(b / a for (_, a), (_, b) in zip(one, other, strict=True)),
        f"{name} p50 ms": median(load.p50_ms for load, _ in one),
        f"{name} p99 ms": median(load.p99_ms for load, _ in one),
        f"{base} p50 ms": median(load.p50_ms for load, _ in other),
        f"{base} p99 ms": median(load.p99_ms for load, _ in other),
        "refused or broken": float(sum(load.refused + load.broken for load, _ in (*one, *other))),
    }


def rounds(servers: Sequence[Server], folder: Path, *, count: int, connections: int, seconds: float) -> None:
    for server in servers:
        server.runs.clear()
    for number in range(count):
        turn = servers[number % len(servers) :] + servers[: number % len(servers)]  # type: ignore[operator]
        for server in turn:
            server.measured(folder, connections=connections, seconds=seconds)


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
        yield Measure(name="cpu_us_per_request", value=parts["full CPU us/request"], sense="<=", goal=90, parts={},
                      what="all processes of the full gateway, importer and shadow included")  # fmt: skip
        off, parts = ratio(servers, "off", "fastapi")
        yield Measure(name="off_over_fastapi", value=off, sense=">=", goal=4.5, parts=parts,
                      what="the same kernel and validation with nothing kept")  # fmt: skip
        share, parts = ratio(servers, "off", "limit")
        yield Measure(name="share_of_python_limit", value=share, sense=">=", goal=0.5, parts=parts,
                      what="against a bare asyncio.Protocol with httptools that checks and keeps nothing")  # fmt: skip
        rounds(servers, folder, count=count, connections=32, seconds=seconds)
        full, parts = ratio(servers, "full", "fastapi")
        yield Measure(name="full_over_fastapi_32", value=full, sense=">=", goal=1.75, parts=parts,
                      what="the same with 32 connections, where every answer waits for its commit")  # fmt: skip
        yield from _open_loop(servers, folder, seconds)


def _open_loop(servers: Sequence[Server], folder: Path, seconds: float) -> Iterable[Measure]:
    """Latency at one fixed rate, half of what FastAPI took in a closed loop; late starts count as latency."""
    slow = next(server for server in servers if server.name == "fastapi")
    rate = median(load.per_second for load, _ in slow.runs) / 2
    loads = {s.name: s.measured(folder, connections=256, seconds=2 * seconds, rate=rate) for s in servers}
    parts = {f"{name} {word}": getattr(load, word) for name, load in loads.items() for word in ("p50_ms", "p99_ms")}
    value = loads["full"].p99_ms / loads["fastapi"].p99_ms
    yield Measure(name="open_loop_p99_over_fastapi", value=value, sense="<=", goal=2.0,
                  what=f"p99 at a fixed {rate:.0f} requests/s, the commit waited for", parts=parts)  # fmt: skip


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
            found[f"{name} requests/s"] = parts[f"{name} requests/s"]
            found[f"{name} CPU us/request"] = parts[f"{name} CPU us/request"]
    ratios = [value for name, value in found.items() if name.startswith("over ")]
    if ratios:
        yield Measure(name="full_over_best_peer", value=min(ratios), sense=">=", goal=5, parts=found,
                      what=f"against the quickest of {', '.join(PEERS)} as they install")  # fmt: skip
