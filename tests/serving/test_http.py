"""A gateway in separate processes, called over loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from http.client import HTTPException
from pathlib import Path

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families
from tests.serving.rooms import HANGS_S, TOKEN, Served, ask, children, serving
from tests.serving.test_shadow import until

from starcase.contract.request import Request
from starcase.decide import Arm, Router, ServingPlan
from starcase.errors import RolloutError
from starcase.evidence import DecisionLog
from starcase.serving.http.client import GatewayClient
from starcase.serving.models.formats import ThresholdModel
from starcase.serving.models.formats.trees import Trees
from starcase.serving.process.settings import Settings
from starcase.serving.wal import Importer

AUTHORISED = {"authorization": f"Bearer {TOKEN}"}


def test_the_gateway_answers_refuses_and_counts_requests(served: Served) -> None:
    status, said = served.decide(ask("h1"), **AUTHORISED)
    assert (status, said["arm"], said["action"]) == (200, "old", "act")
    assert served.decide(ask("h2")) == (401, served.decide(ask("h2"))[1])
    status, said = served.decide(ask("h3", features={"x": "one", "y": 1}), **AUTHORISED)
    assert (status, said["error"]["field"]) == (422, "features.x")
    assert served.call("GET", "/nowhere")[0] == 404
    assert served.call("DELETE", "/healthz")[0] == 405
    assert served.call("GET", "/readyz") == (200, {"ready": True, "degraded": "", "version": 1})
    status, said = served.decide(ask("h4", at=2**52), **AUTHORISED)
    assert (status, said["error"]["field"], said["error"]["code"]) == (422, "at", "future")
    text = served.call("GET", "/metrics")[1]
    assert 'starcase_loop_lag_seconds{quantile="0.99",process="worker-0"}' in text
    assert 'starcase_decisions_total{arm="old"' in text
    assert 'starcase_refusals_total{reason="wrong type",process="worker-0"} 1' in text


def test_the_openapi_document_names_every_route(served: Served) -> None:
    status, document = served.call("GET", "/openapi.json")
    assert status == 200
    assert document["openapi"].startswith("3.1")
    for path, calls in document["paths"].items():
        for method in calls:
            assert served.call(method.upper(), path, b"", AUTHORISED)[0] not in {404, 405}, path
    assert set(document["components"]["schemas"]["RequestMessage"]["properties"]) == {"id", "unit", "features", "at"}


def test_the_openapi_document_is_valid_and_matches_requests_and_answers(served: Served) -> None:
    _, document = served.call("GET", "/openapi.json")
    validate(document)
    schemas = document["components"]["schemas"]
    asked = json.loads(ask("h5"))
    _, given = served.decide(ask("h5"), **AUTHORISED)
    step = {"who": "ana", "why": "try", "version": 1}
    told = {"decision": "h5", "name": "bad", "value": 1}
    for name, value in (
        ("RequestMessage", asked),
        ("AnswerMessage", given),
        ("OutcomeMessage", told),
        ("StepMessage", step),
    ):
        form = OAS31Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})
        form.validate(value)
        assert not form.is_valid({**value, next(iter(value)): 7}), name


def test_a_prometheus_parser_reads_the_metrics(served: Served) -> None:
    until(lambda: "starcase_commits_total" in served.call("GET", "/metrics")[1])
    text = served.call("GET", "/metrics")[1]
    families = {family.name: family for family in text_string_to_metric_families(text)}
    kinds = {name: family.type for name, family in families.items()}
    assert {kinds[name] for name in ("starcase_answers", "starcase_commits", "starcase_decisions")} == {"counter"}
    assert (kinds["starcase_loop_lag_seconds"], kinds["starcase_answer_seconds"]) == ("summary", "histogram")
    assert "unknown" not in kinds.values()
    assert all(family.documentation and family.samples for family in families.values())
    samples = families["starcase_answer_seconds"].samples
    buckets = [one.value for one in samples if one.name.endswith("_bucket") and one.labels["process"] == "worker-0"]
    (count,) = (one.value for one in samples if one.name.endswith("_count") and one.labels["process"] == "worker-0")
    assert buckets == sorted(buckets)
    assert buckets[-1] == count > 0


def test_outcomes_reach_the_log_and_invalid_steps_are_refused(served: Served) -> None:
    root = f"/v1/cases/{served.case}"
    body = json.dumps([{"decision": "h1", "name": "bad", "value": 1.0, "at": 9}] * 2).encode()
    status, counts = served.call("POST", f"{root}/outcomes", body, AUTHORISED)
    assert (status, counts["received"]) == (200, 2)
    step = json.dumps({"who": "ana", "why": "try"}).encode()
    for verb in ("promote", "rollback"):
        status, said = served.call("POST", f"{root}/{verb}", step, AUTHORISED)
        assert (status, said["error"]["code"]) == (409, "RolloutError")


def test_oversized_and_slow_requests_are_refused_without_blocking_others(served: Served) -> None:
    assert served.decide(b" " * (2 << 20), **AUTHORISED)[0] == 413
    with socket.create_connection(("127.0.0.1", served.port)) as slow:
        slow.sendall(b"POST /v1/cases/shop/decisions HTTP/1.1\r\nhost: a\r\ncontent-length: 500\r\n\r\n{")
        assert served.decide(ask("h4"), **AUTHORISED)[0] == 200


def test_in_process_and_over_http_the_decisions_are_the_same(served: Served, models: Path) -> None:
    with GatewayClient(served.url, served.case, token=TOKEN) as client:
        champion = client.state()["champion"]
        plan = ServingPlan("shop", 1, "shop", Arm(champion["name"], champion["model"]))
        own = ThresholdModel(Trees((models / "old.txt").read_text()), threshold=0.5, above="act", below="pass")
        requests = [Request(f"c{i}", f"u{i % 7}", i, {"x": (i - 20) / 7, "y": None}) for i in range(40)]
        loaded = {champion["model"]: own}
        assert [client.decide(plan, r) for r in requests] == [Router().decide(plan, r, loaded) for r in requests]
        assert client.ask(requests) == [Router().decide(plan, r, loaded) for r in requests]
        with pytest.raises(RolloutError, match="serves version 1"):
            client.decide(ServingPlan("shop", 0, "shop", plan.champion), requests[0])


def test_a_non_loopback_address_needs_a_token(tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match="is reachable from other machines"):
        Settings(folder=tmp_path, host="0.0.0.0")
    assert "secret" not in repr(Settings(folder=tmp_path, host="0.0.0.0", token="secret"))


def test_a_second_gateway_on_the_same_folder_is_refused(served: Served) -> None:
    with pytest.raises(AssertionError, match="a gateway already serves this folder"), serving(served.folder):
        pass


def test_nothing_acknowledged_is_lost_when_workers_are_killed(tmp_path: Path, models: Path) -> None:
    """Workers are killed at any moment; every answer that a client got is in the log unchanged."""
    folder, acknowledged, ended = tmp_path / "killed", {}, threading.Event()
    with serving(folder, "--champion", str(models / "old.txt"), "--workers", "2") as served:

        def client(number: int) -> None:
            for i in range(100_000):
                if ended.is_set():
                    return
                id_ = f"k{number}-{i}"
                try:
                    status, said = served.decide(ask(id_, features={"x": i / 100, "y": None}))
                except (OSError, HTTPException):
                    continue
                if status == 200:
                    acknowledged[id_] = said["score"]

        threads = [threading.Thread(target=client, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            more = len(acknowledged) + 20
            until(lambda more=more: len(acknowledged) >= more, seconds=HANGS_S)  # type: ignore[misc]
            workers = [pid for pid in children(served.process.pid) if "worker" in role(pid)]
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
        more = len(acknowledged) + 20
        until(lambda: len(acknowledged) >= more, seconds=HANGS_S)
        ended.set()
        for thread in threads:
            thread.join()
    assert acknowledged
    with DecisionLog.open(folder / ".starcase" / "decisions.sqlite") as log:
        Importer(folder / ".starcase" / "serving" / "wal", log).catch_up(all_closed=True)
        kept = {one.id: one.score for one in log.read(limit=1_000_000)}
    assert {id_: kept.get(id_) for id_ in acknowledged} == acknowledged


def role(pid: int) -> str:
    """``"worker"`` for a process that holds a segment open."""
    try:
        open_files = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return ""
    return "worker" if any(file.endswith(".segment") for file in open_files) else ""


def test_a_killed_supervisor_ends_its_processes_and_loses_no_decision(tmp_path: Path, models: Path) -> None:
    folder = tmp_path / "orphaned"
    with serving(folder, "--champion", str(models / "old.txt")) as served:
        assert served.decide(ask("o1"))[0] == 200
        left = children(served.process.pid)
        served.process.kill()
        deadline = time.monotonic() + HANGS_S
        while any(role(pid) for pid in left):
            assert time.monotonic() < deadline, "a worker outlives its supervisor"
            time.sleep(0.05)
    with serving(folder) as served:
        assert served.decide(ask("o2"))[0] == 200
    with DecisionLog.open(folder / ".starcase" / "decisions.sqlite") as log:
        assert [one.id for one in log.read()] == ["o1", "o2"]
