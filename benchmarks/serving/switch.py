"""Promotions and rollbacks while four workers answer: how long it takes, and if any answer is bad."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path

import msgspec
from benchmarks.inference.measure import Measure
from benchmarks.serving.fleet import Server, gateway
from benchmarks.serving.load import finish, start
from benchmarks.serving.model import fitted, row
from benchmarks.serving.speed import bodies, running

from starcase.evidence import Figure, Ledger
from starcase.evidence.records import GateDefinition, GatePlanRecord, GateRecord, GateResult, StepRecord
from starcase.serving.models.formats.trees import Trees
from starcase.stages.rollout import Rollout, Rules
from starcase.tables.clock import SystemClock

GATE = GateDefinition(gate="told", required="told so", sha256="0" * 64)
RULES = Rules.from_shares(0.1, minimum_decisions=0, minimum_outcomes=0, minimum_duration=0, shadow_coverage=0.0)
CLIENTS, CONNECTIONS, SETTLED = 12, 32, 2.5


class Client(threading.Thread):
    """Asks over one connection; keeps when an answer came, by which version, model and score."""

    def __init__(self, server: Server, number: int, ended: threading.Event) -> None:
        super().__init__()
        self.server, self.number, self.ended = server, number, ended
        self.answers: list[tuple[float, int, str, float]] = []
        self.failed = 0

    def run(self) -> None:
        connection, i = HTTPConnection("127.0.0.1", self.server.port, timeout=20), 0
        while not self.ended.is_set():
            i += 1
            body = msgspec.json.encode({"id": f"s{self.number}-{i}", "unit": f"u{i}", "features": row()})
            connection.request("POST", self.server.path, body)
            response = connection.getresponse()
            said = msgspec.json.decode(response.read())
            if response.status == 200:
                self.answers.append((time.monotonic(), said["plan_version"], said["model"], said["score"]))
            else:
                self.failed += 1
        connection.close()


def switch(folder: Path, *, switches: int) -> Iterable[Measure]:
    """Promote and roll back in turn, and look at every answer that clients got meanwhile."""
    body, old, new = bodies(folder).decision, fitted(folder), fitted(folder, name="new", trees=300)
    server = gateway("switched", folder, old, body, "--shadow", str(new), "--workers", "4")
    store = folder / "switched" / "shop" / ".starcase"
    ended = threading.Event()
    clients = [Client(server, number, ended) for number in range(CLIENTS)]
    with running([server]), Ledger.open(store / "ledger.sqlite", case="shop", clock=SystemClock(), actor="b") as ledger:
        model = _cleared(ledger, store)
        seconds = 2 * SETTLED * switches + 5
        load = start(folder, server.port, server.path, body, connections=CONNECTIONS, seconds=seconds)
        for client in clients:
            client.start()
        moments = _steps(ledger, model, switches)
        ended.set()
        for client in clients:
            client.join()
        other = finish(load)
        models = {step.version: _serving(step) for _, step in ledger.of(StepRecord)}
    took = [_until_last_old(clients, version, at) for version, at in moments.items()]
    paths = {hash_: new if hash_ == model else old for hash_ in models.values()}
    scores = {hash_: Trees(path.read_text()).score(list(row().values())) for hash_, path in paths.items()}
    bad = sum(client.failed for client in clients) + other.refused + other.broken
    bad += sum(models[v] != m or scores[m] != s for client in clients for _, v, m, s in client.answers)
    bad += sum(a[1] > b[1] for client in clients for a, b in pairwise(client.answers))
    answers = sum(len(client.answers) for client in clients)
    parts = {"switches": float(len(took)), "median": sorted(took)[len(took) // 2], "answers looked at": float(answers),
             "answers beside them": float(other.fine)}  # fmt: skip
    yield Measure(name="switch_seconds", value=max(took), sense="<=", goal=1.0, parts=parts,
                  what="from the step in the ledger to the last answer of the old plan, 4 workers")  # fmt: skip
    yield Measure(name="failed_or_mixed_answers", value=bad, sense="<=", goal=0, parts=parts,
                  what="answers refused, of a version, model and score that are not one, or going back")  # fmt: skip


def _steps(ledger: Ledger, model: str, switches: int) -> dict[int, float]:
    """Shadow, promote, roll back, again and again; gives the moment of each step that changes who serves."""
    clock, moments = SystemClock(), {}
    for _ in range(switches):
        rollout = Rollout(ledger, RULES, salt="shop", in_force=lambda _: (GATE,))
        rollout.shadow("new", model, at=clock.now())
        time.sleep(SETTLED / 2)
        rollout.promote(rollout.prove_clearance(clock.now()), at=clock.now(), why="a benchmark")
        moments[rollout.state.version] = time.monotonic()
        time.sleep(SETTLED / 2)
        rollout.rollback(at=clock.now(), why="a benchmark")
        moments[rollout.state.version] = time.monotonic()
        time.sleep(SETTLED)
    return moments


def _until_last_old(clients: Iterable[Client], version: int, at: float) -> float:
    late = [when for client in clients for when, v, _, _ in client.answers if v < version]
    return max(0.0, max(late, default=at) - at)


def _serving(step: StepRecord) -> str:
    return step.challenger_model if step.step == "promote" else step.champion_model


def _cleared(ledger: Ledger, store: Path) -> str:
    """A run of gates that the new model has passed, so that it may be promoted; gives its hash."""
    champion = ledger.of(StepRecord)[0][1].champion_model
    (model,) = {path.name for path in (store / "artefacts").glob("??/*")} - {champion}
    plan = ledger.append(GatePlanRecord(candidate="new", model=model, gates=(GATE,)))
    seen = Figure(name="told", value=1, unit="count")
    result = GateResult(gate="told", outcome="passed", observed=seen, required="told so", why="told so")
    ledger.append(GateRecord(candidate="new", model=model, plan=plan.id, results=(result,), passed=True))
    return model
