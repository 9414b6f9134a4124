"""Carriers: in process, replayed or through a gateway, 10,000 requests give the same decisions and ledger."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.serving.rooms import Served, serving
from tests.serving.small import CONTEST_ROWS, ROWS, small_case

from starcase.app import Stretch, Workspace, replay
from starcase.app.commands.gateway_replay import connect_gateway
from starcase.app.stored_models import load_model
from starcase.cli.main import run
from starcase.decide import Arm, Clearance, Router, ServingPlan, decode_reaches
from starcase.errors import RolloutError
from starcase.evidence.records import ReplayPlanRecord, StepRecord
from starcase.serving.http.client import GatewayClient
from starcase.stages.gate import clear, define_gates_in_force

TRIED = Stretch(challenger="lightgbm")
Row = tuple[str, str, str, str, float, str, float]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_case(tmp_path_factory.mktemp("shelf") / "small")


@pytest.fixture
def home(shelf: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shelf, tmp_path / "small"))


@pytest.fixture(scope="module")
def whole(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The replay in process."""
    home = Path(shutil.copytree(shelf, tmp_path_factory.mktemp("whole") / "small"))
    with Workspace.open(home, actor="ana") as work:
        _, record = replay(work, TRIED)
        assert record.decisions == ROWS - CONTEST_ROWS
        assert {step.step for _, step in work.ledger.of(StepRecord)} == {
            "install",
            "shadow",
            "canary",
            "widen",
            "promote",
        }
    return home


def rows(work: Workspace) -> list[Row]:
    served = work.log.read(limit=ROWS)
    return [(one.id, one.unit, one.arm, one.model, one.propensity, one.action, one.score) for one in served]


def digests(home: Path) -> tuple[str, str]:
    with Workspace.open(home) as work:
        assert work.ledger.verify().intact
        return work.ledger.digest(), work.log.digest()


def through(home: Path, served: Served) -> None:
    with Workspace.open(home, actor="ana") as work, connect_gateway(work, served.url) as gateway:
        replay(work, TRIED, through=gateway)


def test_the_kernel_called_directly_makes_the_decisions_of_the_replay(whole: Path) -> None:
    with Workspace.open(whole) as work:
        names = {"logistic_regression", "lightgbm"}
        steps = [(entry.at, step) for entry, step in work.ledger.of(StepRecord)]
        models = {
            model: load_model(work, name, model)
            for _, step in steps
            for name, model in ((step.champion, step.champion_model), (step.challenger, step.challenger_model))
            if name in names
        }
        in_force = define_gates_in_force(work.case, work.system, work.ledger)
        tried = steps[1][1].challenger_model
        plans = {
            step.version: plan_of(step, clear(work.ledger, "lightgbm", tried, at, in_force=in_force))
            for at, step in steps
        }
        requests = work.system.environment(work.case, work.dataset).arrivals(*work.dataset.span())
        expected = {row[0]: row for row in rows(work)}
        versions = {one.id: one.plan_version for one in work.log.read(limit=ROWS)}
        found = []
        for request in requests:
            if request.id in versions:
                made = Router().decide(plans[versions[request.id]], request, models)
                answer = made.answer
                found.append((made.id, made.unit, made.arm, made.model, made.propensity, answer.action, answer.score))
        assert found == list(expected.values())


def plan_of(step: StepRecord, clearance: Clearance) -> ServingPlan:
    champion, challenger = Arm(step.champion, step.champion_model), Arm(step.challenger, step.challenger_model)
    alone = ServingPlan(case="small", version=step.version, salt="small", champion=champion)
    if step.step == "promote":
        return alone.restrict_to_champion(challenger, version=step.version)
    reaches = decode_reaches(step)
    return alone.expose_challenger(challenger, reaches, clearance, version=step.version) if reaches else alone


def test_through_a_gateway_the_evidence_is_the_same_to_the_last_bit(home: Path, whole: Path) -> None:
    with serving(home, "--no-steer", "--workers", "2") as served:
        status, said = served.call("GET", "/readyz")
        assert (status, said["degraded"]) == (503, "no champion serves yet")
        through(home, served)
        assert served.call("GET", "/v1/cases/small/state")[1]["champion"]["name"] == "lightgbm"
    with Workspace.open(home) as work, Workspace.open(whole) as other:
        assert rows(work) == rows(other)
        assert {arm for _, _, arm, *_ in rows(work)} == {"lightgbm", "logistic_regression"}
    assert digests(home) == digests(whole)


def test_a_killed_replay_resumed_by_another_carrier_gives_the_same_ledger(home: Path, whole: Path) -> None:
    with serving(home, "--no-steer") as served:

        def kill(at: int, decisions: int) -> None:
            del at
            if decisions >= 1_500:
                served.process.kill()

        with (
            Workspace.open(home, actor="ana") as work,
            connect_gateway(work, served.url) as gateway,
            pytest.raises(RolloutError, match="the gateway does not answer"),
        ):
            replay(work, TRIED, through=gateway, progress=kill)

    def stop(at: int, decisions: int) -> None:
        del at
        if decisions >= 3_500:
            raise KeyboardInterrupt

    with serving(home, "--no-steer") as served, Workspace.open(home, actor="ana") as work:
        with connect_gateway(work, served.url) as gateway, pytest.raises(KeyboardInterrupt):
            replay(work, TRIED, through=gateway, progress=stop)
        replay(work, TRIED)
    assert digests(home) == digests(whole)


class Stranger(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Stranger)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_wrong_address_is_refused_before_anything_is_written(
    home: Path, whole: Path, stranger: str, models: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def refused(url: str) -> str:
        capfd.readouterr()
        assert run(["replay", "--case", str(home), "--challenger", "lightgbm", "--through", url]) != 0
        return capfd.readouterr().err

    assert "the gateway does not answer" in refused("http://127.0.0.1:9")
    assert "not the address of a gateway" in refused("ftp://here")
    assert "not a Starcase gateway" in refused(stranger)
    with serving(tmp_path / "shop", "--champion", str(models / "old.txt")) as other:
        assert "the case served here is 'shop'" in refused(other.url)
    with serving(home) as steered:
        assert "steers the rollout" in refused(steered.url)
    with serving(whole, "--no-steer") as elsewhere:
        assert "serves version 5 of the plan" in refused(elsewhere.url)
    with Workspace.open(home) as work:
        assert work.ledger.of(ReplayPlanRecord) == []


def test_a_gateway_without_a_plan_refuses_and_then_serves_the_first_plan(home: Path) -> None:
    with serving(home, "--no-steer") as served:
        body = json.dumps({"id": "early", "unit": "u", "features": {}}).encode()
        status, said = served.decide(body)
        assert (status, said["error"]["code"]) == (503, "nobody serves")
        assert run(["replay", "--case", str(home), "--until", f"+{CONTEST_ROWS + 100}m"]) == 0
        with GatewayClient(served.url, "small") as client:
            client.await_version(1)
            assert client.state()["champion"]["name"] == "logistic_regression"
