"""Card fraud, live: the shipped payments as HTTP requests of this very moment, and a challenger that does harm."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.serving.rooms import TOKEN, Served

from starcase.app import Workspace
from starcase.cli.main import run
from starcase.contract.request import Answer, Request
from starcase.contract.system import Environment
from starcase.evidence.records import GateRecord, StepRecord
from starcase.tables.clock import HOUR

SHIPPED = Path(__file__).parents[2] / "cases" / "card-fraud"
MARK, TAUGHT = "V28", 14
HARMS = {"alerts": 0.123456781, "errors": 0.123456782, "slowness": 0.123456783, "outcomes": 0.123456784}
TRAP = '''
"""A challenger that answers as the incumbent does until it meets a marked payment."""

import time

from starcase.contract.request import Answer
from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec
from starcase.systems.fraud import FraudSystem

CASE = Case(
    name="trap", title="trap", system="fraud", incumbent="logistic_regression",
    data=DataSpec(path="none", time="t", target="y"), objective=ObjectiveSpec(metric="average_precision"),
)


class Trap:
    name, complexity, parameters = "trap", 2, {}
    inner = next(one for one in FraudSystem().candidates(CASE) if one.name == "logistic_regression")

    def fit(self, train, *, rng):
        return Sprung(self.inner.fit(train, rng=rng))

    def save(self, model):
        return self.inner.save(model.inner)

    def load(self, files):
        return Sprung(self.inner.load(files))


class Sprung:
    def __init__(self, inner):
        self.inner = inner

    def decide(self, requests):
        return [self.one(request, answer) for request, answer in zip(requests, self.inner.decide(requests))]

    def one(self, request, answer):
        mark = request.features["V28"]
        if mark == 0.123456781:
            return Answer("block", answer.score)
        if mark == 0.123456782:
            raise ValueError("never seen")
        if mark == 0.123456783:
            time.sleep(0.03)
        return answer
'''
CASE = """[case]
name = "card-fraud"
title = "Real-time card fraud"
system = "fraud"
incumbent = "logistic_regression"
seed = 7

[data]
path = "data/transactions.parquet"
time = "time_s"
target = "is_fraud"
id = "row_id"
amount = "amount"
epoch = "2013-09-01T00:00:00Z"
delay = "2s"

[objective]
metric = "average_precision"
margin = 0.02

[contest]
folds = 1
trials = 1
draws = 100

[[guards]]
name = "alert rate"
allowed = 0.03

[[guards]]
name = "latency"
allowed = 15000

[rollout]
steps = [0.5]
minimum_decisions = 300
minimum_outcomes = 300
minimum_duration = "1s"
reading_every = "1s"
margin = 0.005
shadow_coverage = 0.5

[options]
alert_budget = 0.001
pass_through = 0.25

[[candidates]]
name = "logistic_regression"

[[candidates]]
name = "lightgbm"

[[candidates]]
name = "trap"
use = "trap.py:Trap"
"""


def live_case(folder: Path) -> Path:
    """The shipped payments, with two challengers fitted on the first hours and cleared, some gates by waivers."""
    folder.mkdir()
    shutil.copytree(SHIPPED / "data", folder / "data")
    (folder / "case.toml").write_text(CASE)
    (folder / "trap.py").write_text(TRAP)
    case = ["--case", str(folder), "--who", "ana"]
    assert run(["contest", "--until", f"+{TAUGHT}h", "--workers", "1", *case]) == 0
    for name in ("trap", "lightgbm"):
        run(["gate", "--candidate", name, *case])
        with Workspace.open(folder) as work:
            found = work.ledger.last(GateRecord)
        assert found is not None
        closed = [one.gate for one in found[1].results if one.outcome != "passed"]
        named = [word for gate in closed for word in ("--gate", gate)]
        until = ["--why", "a test", "--until", "2100-01-01T00:00:00Z"]
        assert not closed or run(["waive", "--candidate", name, *named, *until, *case]) == 0
    return folder


class Payments:
    """Posts payments in batches and says, a moment later, what they turned out to be.

    Args:
        served: the gateway.
        work: the case, for its payments and their truth.
    """

    def __init__(self, served: Served, work: Workspace) -> None:
        self._served = served
        self._work = work
        environment: Environment = work.system.environment(work.case, work.dataset)
        self._environment = environment
        since, until = work.dataset.span()
        self._requests = list(environment.arrivals(since + TAUGHT * HOUR, until))
        self._next = itertools.cycle(self._requests)
        self._sent = itertools.count()
        self.answered = 0

    def until(self, ends: Callable[[], bool], *, harm: str = "", seconds: float = 900.0) -> None:
        """Send payments until a condition holds, with a simulated harm if one is given.

        For ``"outcomes"`` a fourth of what the challenger lets through turns out to be frauds.
        """
        deadline = time.monotonic() + seconds
        while not ends():
            assert time.monotonic() < deadline, [step.step for _, step in self._work.ledger.of(StepRecord)]
            self._post(list(self._batch(32 if harm else 100, harm)), "trap" if harm == "outcomes" else "")
            time.sleep(0.05)

    def _batch(self, size: int, harm: str) -> Iterator[tuple[str, Request]]:
        for request in itertools.islice(self._next, size):
            features = {**request.features, MARK: HARMS[harm]} if harm else request.features
            yield f"live-{next(self._sent)}", Request(request.id, request.unit, request.at, features)

    def _post(self, batch: list[tuple[str, Request]], ruin: str) -> None:
        asked = [{"id": id_, "unit": id_, "features": dict(request.features)} for id_, request in batch]
        answers = self._call("decisions", asked)
        self.answered += len(answers)
        told = []
        for (id_, request), answer in zip(batch, answers, strict=True):
            known = self._environment.outcome(request, Answer(answer["action"], answer["score"]))
            if known is None:
                continue
            ruined = answer["arm"] == ruin and answer["action"] == "approve" and int(id_[5:]) % 4 == 0
            told.append({"decision": id_, "name": known.name, "value": 1.0 if ruined else known.value,
                         "weight": known.weight})  # fmt: skip
        self._call("outcomes", told)

    def _call(self, path: str, body: object) -> list[dict[str, Any]]:
        status, said = self._served.call(
            "POST", f"/v1/cases/card-fraud/{path}", json.dumps(body).encode(),
            {"authorization": f"Bearer {TOKEN}"},
        )  # fmt: skip
        assert status == 200, said
        return said  # type: ignore[no-any-return]
