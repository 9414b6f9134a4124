"""Promotions and rollbacks of four workers under load: no failed answer, and each answer from one version."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path

import pytest
from tests.serving.rooms import HANGS_S, TOKEN, Served, ask, serving
from tests.stages.rollout.cleared import cleared, told

from starcase.evidence import Ledger
from starcase.evidence.records import StepRecord
from starcase.stages.rollout import Rollout, Rules
from starcase.tables.clock import SystemClock

RULES = Rules.from_shares(0.1, minimum_decisions=0, minimum_outcomes=0, minimum_duration=0, shadow_coverage=0.0)
SCORES = {"old": 0.8175744761936437, "new": 0.18242552380635635}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("switched") / "shop"
    options = ("--champion", str(models / "old.txt"), "--shadow", str(models / "new.txt"), "--workers", "4")
    with serving(folder, *options, token=TOKEN) as one:
        yield one


def ledger_of(served: Served) -> Ledger:
    return Ledger.open(served.folder / ".starcase" / "ledger.sqlite", case="shop", clock=SystemClock(), actor="test")


def step(served: Served, verb: str, **more: object) -> tuple[int, dict[str, object]]:
    body = json.dumps({"who": "ana", "why": "a test", **more}).encode()
    return served.call("POST", f"/v1/cases/shop/{verb}", body, {"authorization": f"Bearer {TOKEN}"})


class Client(threading.Thread):
    """A client that sends requests over one connection and keeps the answers."""

    def __init__(self, served: Served, number: int, ended: threading.Event) -> None:
        super().__init__()
        self.served, self.number, self.ended = served, number, ended
        self.answers: list[tuple[int, str, float]] = []
        self.failed = 0

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.served.port, timeout=HANGS_S)
        i = 0
        while not self.ended.is_set():
            i += 1
            body = ask(f"w{self.number}-{i}")
            connection.request("POST", "/v1/cases/shop/decisions", body, {"authorization": f"Bearer {TOKEN}"})
            response = connection.getresponse()
            said = json.loads(response.read())
            if response.status == 200:
                self.answers.append((said["plan_version"], said["model"], said["score"]))
            else:
                self.failed += 1
        connection.close()


def versions(served: Served, wanted: int, seconds: float = HANGS_S) -> float:
    """Return the seconds until twenty connections in a row, spread over the workers, serve a version."""
    began, row = time.monotonic(), 0
    while row < 20:
        state = served.call("GET", "/v1/cases/shop/state", headers={"authorization": f"Bearer {TOKEN}"})[1]
        row = row + 1 if state["version"] == wanted else 0
        assert time.monotonic() - began < seconds, state
    return time.monotonic() - began


def test_every_answer_uses_one_plan_while_workers_switch(served: Served) -> None:
    ended = threading.Event()
    clients = [Client(served, number, ended) for number in range(8)]
    old = served.call("GET", "/v1/cases/shop/state", headers={"authorization": f"Bearer {TOKEN}"})[1]["champion"]
    artefacts = served.folder / ".starcase" / "artefacts"
    (new,) = {path.name for path in artefacts.glob("??/*")} - {old["model"]}
    with ledger_of(served) as ledger:
        now = SystemClock().now()
        cleared(ledger, "new", new)
        Rollout(ledger, RULES, salt="shop", in_force=told).shadow("new", new, at=now)
    for client in clients:
        client.start()
    try:
        versions(served, 2)
        status, said = step(served, "promote", version=1)
        assert (status, said["error"]["code"]) == (409, "RolloutError")  # type: ignore[index]
        assert step(served, "promote", version=2)[0] == 200
        versions(served, 3)
        assert step(served, "rollback")[0] == 200
        versions(served, 4)
    finally:
        ended.set()
        for client in clients:
            client.join()
    assert sum(client.failed for client in clients) == 0
    who = {1: ("old", old["model"]), 2: ("old", old["model"]), 3: ("new", new), 4: ("old", old["model"])}
    for client in clients:
        assert client.answers
        assert all(before[0] <= after[0] for before, after in pairwise(client.answers)), "a version went back"
        for version, model, score in client.answers:
            name, hash_ = who[version]
            assert model == hash_
            assert score == pytest.approx(SCORES[name], abs=1e-15)
    with ledger_of(served) as ledger:
        assert [record.step for _, record in ledger.of(StepRecord)] == ["install", "shadow", "promote", "rollback"]


def test_of_concurrent_promotion_and_rollback_requests_one_succeeds(served: Served) -> None:
    """Eight clients have seen the same plan; the first changes it, and the others get a refusal."""
    with ledger_of(served) as ledger:
        promoted = next(record for _, record in ledger.of(StepRecord) if record.step == "promote")
        rollout = Rollout(ledger, RULES, salt="shop", in_force=told)
        rollout.shadow("new", promoted.challenger_model, at=SystemClock().now())
        seen = ledger.of(StepRecord)[-1][1].version
    versions(served, seen)
    barrier, answers = threading.Barrier(8), list[tuple[int, dict[str, object]]]()

    def act(verb: str) -> None:
        barrier.wait()
        answers.append(step(served, verb, version=seen))

    people = [threading.Thread(target=act, args=(("promote", "rollback")[n % 2],)) for n in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert {status for status, _ in answers} == {200, 409}
    assert len({str(said["id"]) for status, said in answers if status == 200}) == 1
    with ledger_of(served) as ledger:
        taken = [record for _, record in ledger.of(StepRecord)]
        assert [record.version for record in taken] == list(range(1, seen + 2))
    versions(served, seen + 1)
    if taken[-1].step == "promote":
        assert step(served, "rollback", version=seen + 1)[0] == 200


def test_a_model_changed_on_disk_is_never_promoted(served: Served) -> None:
    """A promotion to it is refused, and the champion continues to serve."""
    with ledger_of(served) as ledger:
        promoted = next(record for _, record in ledger.of(StepRecord) if record.step == "promote")
        model = promoted.challenger_model
        (path,) = (served.folder / ".starcase" / "artefacts").glob(f"??/{model}/model.bin")
        path.write_bytes(path.read_bytes() + b" ")
        Rollout(ledger, RULES, salt="shop", in_force=told).shadow("new", model, at=SystemClock().now())
        version = ledger.of(StepRecord)[-1][1].version
    versions(served, version)
    refused = [step(served, "promote") for _ in range(3)]
    assert [(status, said["error"]["code"]) for status, said in refused] == [(409, "ArtefactError")] * 3  # type: ignore[index]
    status, said = served.decide(ask("still"), authorization=f"Bearer {TOKEN}")
    assert (status, said["arm"]) == (200, "old")
