"""Behind HTTP a policy learns from each outcome, in every worker alike, and again after each of them dies."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.journeys.learning import SOURCES, Customers, learning_shop
from tests.serving.rooms import called, serving

from starcase.app import Workspace
from starcase.app.stored_models import load_model
from starcase.cli.main import run
from starcase.contract.model import LearningExample, OnlineModel
from starcase.contract.request import Request
from starcase.decide import restore_decision
from starcase.evidence import ServedDecision
from starcase.evidence.records import AnalysisRecord

pytestmark = pytest.mark.journey
WORKERS, ROUNDS, LATE = 3, 60, 20
IN_A_ROW, HANGS_S = 40, 300


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learning_shop(tmp_path_factory.mktemp("learning") / "shop")


@pytest.fixture
def folder(shelf: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shelf, tmp_path / "shop"))


@contextmanager
def customers(folder: Path) -> Iterator[Customers]:
    with serving(folder, "--workers", str(WORKERS)) as served, Workspace.open(folder) as work:
        yield Customers(served, work)


def chance_of_the_better(customers: Customers, answers: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return by segment the mean probability of the currently better source."""
    seen: dict[str, list[float]] = {}
    for content in (answer["content"] for answer in answers):
        seen.setdefault(content["segment"], []).append(content["chances"][customers.better(content["segment"])])
    return {segment: float(np.mean(chances)) for segment, chances in seen.items()}


def lived(customers: Customers, rounds: int) -> dict[str, float]:
    """Run some rounds and return the probability of the better source in the last of them."""
    answers = [customers.round() for _ in range(rounds)][-LATE:]
    return chance_of_the_better(customers, [one for answer in answers for one in answer])


def test_policy_learns_each_segment_follows_drift_and_is_replayable_from_the_log(folder: Path) -> None:
    with customers(folder) as those:
        found = lived(those, ROUNDS)
        assert {those.better(segment) for segment in found} == set(SOURCES), "segments that want different things"
        assert min(found.values()) > 0.55, found
        assert np.mean([*found.values()]) > 0.75, found
        those.turned = True
        turned = {segment: 1 - chance for segment, chance in found.items()}
        found = lived(those, 2 * ROUNDS)
        both = found.keys() & turned.keys()
        assert both, "as days pass without a visit, customers move from one segment to another"
        assert all(found[segment] > turned[segment] + 0.2 for segment in both), (turned, found)
        assert np.mean([*found.values()]) > 0.6, found
        for _ in range(4):
            say_one_outcome(those)
        before = chances_of_all(those)
        for number in range(WORKERS):
            (worker,) = called(those.served.process.pid, f"sc-worker-{number}")
            os.kill(worker, signal.SIGKILL)
        assert chances_of_all(those) == before, (
            "told the same in the same order, a new process stands where the old did"
        )
    with customers(folder) as those_again:
        those_again.go_on_from(those)
        assert chances_of_all(those_again) == before
    the_log_repeats_every_decision(folder)
    the_estimates_agree_with_what_each_source_would_have_brought(folder, those)


def chances_of_all(those: Customers) -> dict[str, dict[str, float]]:
    """Return by segment the probabilities of the sources after all learning, for every worker.

    A machine that does other things lets a worker be late: what it answers until then belongs to what it has learnt.
    """
    found: dict[tuple[int, str], dict[str, float]] = {}
    moment, row, began = those.at, 0, time.monotonic()
    while row < IN_A_ROW:
        those.at = moment
        contents = [answer["content"] for answer in those.ask(3)]
        for content in contents:
            learnt = (content["learned"], content["segment"])
            assert found.setdefault(learnt, content["chances"]) == content["chances"], learnt
        row = row + 1 if all(content["learned"] == those.told for content in contents) else 0
        assert time.monotonic() - began < HANGS_S, "nobody learns any more"
    return {segment: chances for (learnt, segment), chances in found.items() if learnt == those.told}


def say_one_outcome(those: Customers) -> None:
    """Send one more outcome and wait until all workers have learned it."""
    (answer,) = those.ask()
    those.tell([answer])
    chances_of_all(those)


def content_of(served: ServedDecision) -> dict[str, Any]:
    assert isinstance(served.content, dict)
    return served.content


def request_of(served: ServedDecision) -> Request:
    return Request(served.id, served.unit, served.at, served.features)


def the_log_repeats_every_decision(folder: Path) -> None:
    """Check that replaying the log's outcomes in order reproduces every logged answer exactly."""
    with Workspace.open(folder) as work:
        kept = work.log.read(limit=100_000)
        (hash_,) = {served.model for served in kept}
        arrivals, model = work.log.arrivals(hash_), load_model(work, "adaptive", hash_)
    assert isinstance(model, OnlineModel)
    told = 0
    for served in sorted(kept, key=lambda one: int(content_of(one)["learned"])):
        content = content_of(served)
        for one in arrivals[told : content["learned"]]:
            assert one.served is not None
            model.learn([LearningExample(request_of(one.served), restore_decision(one.served).answer, one.outcome)])
        told = content["learned"]
        (answer,) = model.decide([request_of(served)])
        assert answer.content == content
        assert content["propensity"] == content["chances"][content["source"]]
    assert len({content_of(served)["learned"] for served in kept}) > 10


def the_estimates_agree_with_what_each_source_would_have_brought(folder: Path, those: Customers) -> None:
    assert run(["analysis", "decisions", "--case", str(folder)]) == 0
    with Workspace.open(folder) as work:
        record = work.ledger.last(AnalysisRecord)
        shown = {served.id: content_of(served)["source"] for served in work.log.read(limit=100_000)}
    assert record is not None
    figures = {figure.name: figure for question in record[1].questions for figure in question.figures}
    would = [(those.would[id_], source) for id_, source in shown.items() if id_ in those.would]
    truth = {f"always {source}": float(np.mean([one[source] for one, _ in would])) for source in SOURCES}
    truth["what the policy brought"] = float(np.mean([one[source] for one, source in would]))
    for name, value in truth.items():
        found = figures[name]
        assert found.low is not None
        assert found.high is not None
        assert found.low <= value <= found.high, (name, value, found)
        assert found.n == len(would)
    assert truth["what the policy brought"] > max(truth[f"always {source}"] for source in SOURCES)


GUIDE = (Path(__file__).parents[2] / "docs" / "recommend.md").read_text().partition("## Behind HTTP")[2]
HISTORY = "features.history"
PRESENT = 1_710_000_000_000_000
BAD: dict[str, tuple[dict[str, object], str]] = {
    "no history": ({"features": {"past": 0}}, HISTORY),
    "text that is none": ({"features": {"past": 0, "history": "i04,i07"}}, HISTORY),
    "items that are no list": ({"features": {"past": 0, "history": '[[5,"i04"]]'}}, HISTORY),
    "a moment beyond all": ({"features": {"past": 0, "history": f'[[{-(10**30)},["i04"]]]'}}, HISTORY),
    "a past that is a list": ({"features": {"past": 0, "history": [[5, ["i04"]]]}}, "features[...]"),
    "a moment to come": ({"at": PRESENT * 4}, "at"),
    "nobody": ({"unit": None}, "unit"),
}
ODD = {
    "no past": ("", {}, True),
    "unknown items": ('[[5,["never sold","i04"]]]', {"unknown": 1}, False),
    "nothing but unknown items": ('[[5,["never sold"]]]', {"unknown": 1}, True),
    "moments to come": (f'[[5,["i04"]],[{PRESENT + 1},["i07"]]]', {"later": 1}, False),
    "an enormous past": ("[" + ",".join(f'[{n},["i04"]]' for n in range(25_000)) + "]", {"earlier": 15_000}, False),
}


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide asks with curl")
def test_guide_commands_work_and_an_outcome_changes_the_next_answer(folder: Path) -> None:
    typed = re.findall(r"curl .*?'\n", GUIDE.partition("```bash")[2].partition("```")[0], re.DOTALL)
    with serving(folder, "--champion", "item_knn", "--workers", "2") as served:
        said = [
            json.loads(
                subprocess.run(
                    line.replace("localhost:8080", f"localhost:{served.port}"),
                    shell=True,
                    capture_output=True,
                    check=True,
                ).stdout
            )
            for line in typed
        ]
        before, after, outcome = said
        assert before["content"]["fallback"] == after["content"]["fallback"] == ""
        assert before["content"]["items"] != after["content"]["items"]
        assert outcome["received"] == 1


def test_invalid_requests_name_their_field_and_valid_ones_are_logged_unchanged(folder: Path) -> None:
    asked = {"id": "", "unit": "u1", "at": PRESENT, "features": {"past": 0, "history": '[[5,["i04"]]]'}}
    with serving(folder) as served:
        for name, (changed, field) in BAD.items():
            status, said = served.decide(json.dumps({**asked, "id": name, **changed}).encode())
            assert (status, said["error"]["field"]) == (422, field), (name, said)
            assert said["error"]["what"]
            assert said["error"]["mend"]
        for name, (history, left_out, fallback) in ODD.items():
            body = {**asked, "id": name, "features": {"past": None, "history": history}}
            status, said = served.decide(json.dumps(body).encode())
            assert status == 200, (name, said)
            content = said["content"]
            assert (content.get("left_out", {}), bool(content["fallback"])) == (left_out, fallback), name
            assert len(content["items"]) == 10
    with Workspace.open(folder) as work:
        kept = {served.id: served.features["history"] for served in work.log.read()}
    assert kept == {name: history for name, (history, _, _) in ODD.items()}
