"""Online updates of a gateway: a model receives each outcome of its own decisions once, and all after a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from starcase.contract.model import LearningExample
from starcase.contract.request import Answer, Request
from starcase.errors import DataError
from starcase.evidence import DecisionLog, Outcome
from starcase.evidence.decisions import ServedDecision
from starcase.serving.process.online_updates import OnlineUpdates


class Counting:
    def __init__(self) -> None:
        self.told: list[str] = []

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("rank", float(len(self.told))) for _ in requests]

    def learn(self, told: Sequence[LearningExample], /) -> None:
        if any(one.outcome.value > 1 for one in told):
            raise DataError("a reward lies in [0, 1]")
        self.told += [f"{one.outcome.decision} {one.outcome.name}" for one in told]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    opened = DecisionLog.open(tmp_path / "decisions.sqlite")
    opened.append([decision(at, "learning" if at % 2 else "fixed") for at in range(10)])
    yield opened
    opened.close()


def decision(at: int, model: str) -> ServedDecision:
    return ServedDecision(
        id=f"d{at}", unit="u", at=at, plan_version=1, bucket=3, arm="a", model=model, propensity=1.0, action="rank",
        score=0.0, content={"source": "x"},
    )  # fmt: skip


def taken(*decisions: str, value: float = 1.0) -> list[Outcome]:
    return [Outcome(name, "taken", value, 9) for name in decisions]


def test_a_model_receives_each_outcome_of_its_decisions_once_in_order_of_arrival(log: DecisionLog) -> None:
    model, teaching = Counting(), OnlineUpdates(log)
    log.outcomes(taken("d3", "d1", "d2"))
    assert teaching.update_models({"learning": model, "fixed": Fixed()}) == 2
    assert model.told == ["d3 taken", "d1 taken"]
    log.outcomes([Outcome("d1", "back", 1.0, 11), *taken("d3"), *taken("d3", value=0.0), *taken("d5")])
    assert teaching.update_models({"learning": model}) == 2
    assert model.told[2:] == ["d1 back", "d5 taken"]
    assert teaching.update_models({"learning": model}) == 0


def test_a_reloaded_model_receives_all_outcomes_again_in_the_same_order(
    log: DecisionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starcase.serving.process.online_updates.AT_ONCE", 2)
    model, teaching = Counting(), OnlineUpdates(log)
    for name in ("d7", "d2", "d1", "d9", "d4", "d3"):
        log.outcomes(taken(name))
        teaching.update_models({"learning": model})
    again = Counting()
    assert teaching.update_models({"learning": again}) == 4
    assert again.told == model.told == ["d7 taken", "d1 taken", "d9 taken", "d3 taken"]


def test_an_outcome_before_its_decision_is_applied_when_the_decision_arrives(log: DecisionLog) -> None:
    model, late = Counting(), Counting()
    teaching = OnlineUpdates(log)
    log.outcomes(taken("d11", "d1"))
    assert teaching.update_models({"learning": model}) == 1
    log.append([decision(11, "learning"), decision(10, "fixed")])
    log.outcomes(taken("d3"))
    assert teaching.update_models({"learning": model}) == 2
    assert model.told == ["d1 taken", "d11 taken", "d3 taken"]
    assert OnlineUpdates(log).update_models({"learning": late}) == 3
    assert late.told == model.told, "a process that looked only now was told in another order"


def test_outcomes_of_unknown_decisions_do_not_block_others(log: DecisionLog) -> None:
    model, teaching = Counting(), OnlineUpdates(log)
    log.outcomes(taken("d13", "nobody's", "d1"))
    log.outcomes(taken("d13", value=0.0))
    assert teaching.update_models({"learning": model}) == 1
    log.append([decision(13, "learning")])
    log.append([decision(13, "learning")])
    assert teaching.update_models({"learning": model}) == 1
    assert model.told == ["d1 taken", "d13 taken"]
    assert [outcome.value for _, outcome in log.read_model_outcomes("learning")] == [1.0, 1.0]


def test_an_outcome_that_cannot_be_learnt_is_counted_and_the_next_is_applied(log: DecisionLog) -> None:
    model, teaching = Counting(), OnlineUpdates(log)
    log.outcomes([*taken("d3"), *taken("d5", value=7.0), *taken("d7")])
    assert teaching.update_models({"learning": model}) == 2
    assert (teaching.learnt, teaching.refused) == (2, 1)
    assert model.told == ["d3 taken", "d7 taken"]


class Fixed:
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("rank", 0.0) for _ in requests]
