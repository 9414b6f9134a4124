"""A real case behind HTTP: automatic promotion and rollback, also while processes are killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.journeys.live import HARMS, Payments, live_case
from tests.serving.rooms import TOKEN, Served, called, serving

from starcase.app import Workspace
from starcase.cli.main import run
from starcase.evidence.records import MonitorRecord, ReadingRecord, ShadowRecord, StepRecord
from starcase.serving.http.client import GatewayClient

pytestmark = pytest.mark.journey
REASONS = {
    "alerts": "guard alert rate tripped",
    "errors": "guard error rate tripped",
    "slowness": "guard latency tripped",
    "outcomes": "outcomes show it worse",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return live_case(tmp_path_factory.mktemp("live") / "card-fraud")


def steps(work: Workspace) -> list[StepRecord]:
    return [step for _, step in work.ledger.of(StepRecord)]


def stands(work: Workspace, *wanted: str) -> bool:
    """Return whether the last steps are these."""
    return tuple(step.step for step in steps(work)[-len(wanted) :]) == wanted


@contextmanager
def controllers_killed(served: Served, every: float) -> Iterator[list[int]]:
    """Kill the controlling process repeatedly with ``kill -9``."""
    ended, killed = threading.Event(), list[int]()

    def kill() -> None:
        while not ended.wait(every):
            for pid in called(served.process.pid, "sc-controller"):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        ended.set()
        thread.join()


def begun(folder: Path, name: str) -> None:
    assert run(["rollout", "shadow", name, "--case", str(folder), "--who", "ana", "--why", "it looks better"]) == 0


def test_harmful_challenger_is_rolled_back_and_better_one_promoted(folder: Path) -> None:
    with serving(folder, token=TOKEN) as served, Workspace.open(folder) as work:
        payments = Payments(served, work)
        with controllers_killed(served, every=3.0) as killed:
            for harm in HARMS:
                begun(folder, "trap")
                payments.until(lambda: stands(work, "shadow", "canary"))
                payments.until(lambda: stands(work, "canary", "rollback"), harm=harm)
                last = steps(work)[-1]
                assert last.automatic
                assert REASONS[harm] in last.reason
            begun(folder, "lightgbm")
            payments.until(lambda: stands(work, "shadow", "canary", "promote"))
        assert killed
        with GatewayClient(served.url, "card-fraud", token=TOKEN) as client:
            client.await_version(steps(work)[-1].version)
            assert client.state()["champion"]["name"] == "lightgbm"
    with Workspace.open(folder) as work:
        taken = steps(work)
        assert [step.version for step in taken] == list(range(1, len(taken) + 1))
        assert work.ledger.verify().intact
        tripped = [record.tripped for _, record in work.ledger.of(MonitorRecord) if record.tripped]
        assert [names[0] for names in tripped] == ["alert rate", "error rate", "latency"]
        assert work.ledger.of(ShadowRecord)
        assert {figure.evidence_class for _, record in work.ledger.of(ReadingRecord) for figure in record.figures} == {
            "experiment"
        }
        assert work.log.last() == payments.answered
