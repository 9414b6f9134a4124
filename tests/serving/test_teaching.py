"""Behind HTTP too, a model that learns is told each outcome of its own decisions once, and all after a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from starcase.case.model import Told
from starcase.case.request import Answer, Request
from starcase.evidence import DecisionLog, Outcome
from starcase.evidence.decisions import Served
from starcase.serving.teaching import Teaching


class Counting:
    def __init__(self) -> None:
        self.told: list[str] = []

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("rank", float(len(self.told))) for _ in requests]

    def learn(self, told: Sequence[Told], /) -> None:
        self.told += [f"{one.outcome.decision} {one.outcome.name}" for one in told]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    opened = DecisionLog.open(tmp_path / "decisions.sqlite")
    opened.append([decision(at, "learning" if at % 2 else "fixed") for at in range(10)])
    yield opened
    opened.close()


def decision(at: int, model: str) -> Served:
    return Served(
        id=f"d{at}", unit="u", at=at, plan_version=1, bucket=3, arm="a", model=model, propensity=1.0, action="rank",
        score=0.0, content={"source": "x"},
    )  # fmt: skip


def test_each_outcome_of_its_own_decisions_is_told_once_in_order_of_time(log: DecisionLog) -> None:
    model, teaching = Counting(), Teaching(log)
    log.outcomes([Outcome("d3", "taken", 1.0, 9), Outcome("d1", "taken", 0.0, 12), Outcome("d2", "taken", 1.0, 8)])
    assert teaching.look({"learning": model, "fixed": Fixed()}) == 2
    assert model.told == ["d3 taken", "d1 taken"]
    log.outcomes([Outcome("d1", "back", 1.0, 11), Outcome("d3", "taken", 1.0, 9), Outcome("d5", "taken", 1.0, 5)])
    assert teaching.look({"learning": model}) == 2
    assert model.told[2:] == ["d5 taken", "d1 back"]
    assert teaching.look({"learning": model}) == 0


def test_a_model_loaded_anew_is_told_everything_again(log: DecisionLog) -> None:
    teaching = Teaching(log)
    log.outcomes([Outcome("d1", "taken", 1.0, 9)])
    teaching.look({"learning": Counting()})
    again = Counting()
    assert teaching.look({"learning": again}) == 1
    assert again.told == ["d1 taken"]


def test_what_is_not_known_after_many_decisions_is_waited_for_no_longer(log: DecisionLog) -> None:
    model, teaching = Counting(), Teaching(log, horizon=4)
    teaching.look({"learning": model})
    log.outcomes([Outcome("d3", "taken", 1.0, 99), Outcome("d9", "taken", 1.0, 99)])
    teaching.look({"learning": model})
    assert model.told == ["d9 taken"]


class Fixed:
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("rank", 0.0) for _ in requests]
