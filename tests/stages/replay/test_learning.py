"""A learning model receives the outcomes of its own decisions when they become known, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.stages.replay.test_replay_run import DELAY, Hours

from starcase.contract.model import LearningExample, Model, OnlineModel
from starcase.contract.request import Answer, Request
from starcase.decide import Arm, Clearance, Decision, Reach, ServingPlan
from starcase.evidence import DecisionLog, Outcome
from starcase.stages.replay import run
from starcase.tables.clock import SimulatedClock

ARMS = (Arm("a", "fixed"), Arm("b", "learning"))
CLEARED = Clearance(candidate="b", model="learning", evidence=(), hashes=())


class Fixed:
    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("approve", 0.0) for _ in requests]


class Counting:
    """Answers with the number of outcomes it has received, and stores them."""

    def __init__(self) -> None:
        self.told: list[LearningExample] = []

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("approve", float(len(self.told))) for _ in requests]

    def learn(self, told: Sequence[LearningExample], /) -> None:
        self.told.extend(told)


class Twofold(Hours):
    """Has a second outcome, a return, that becomes known after twice the delay."""

    def further(self, request: Request, served: Answer) -> Sequence[Outcome]:
        del served
        return [Outcome(request.id, "back", 1.0, request.at + 2 * DELAY)]


class Steady:
    def __init__(self) -> None:
        alone = ServingPlan(case="toy", version=1, salt="toy", champion=ARMS[0])
        self.plan = alone.expose_challenger(ARMS[1], (Reach.from_share(0.5),), CLEARED, version=1)
        self.learning = Counting()
        self.models: Mapping[str, Model] = {"fixed": Fixed(), "learning": self.learning}

    def observe(self, decision: Decision, latency_us: float) -> bool:
        del decision, latency_us
        return False

    def is_due(self, at: int) -> bool:
        return at % 100 == 0

    def look(self, at: int) -> None:
        del at


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    opened = DecisionLog.open(tmp_path / "decisions.sqlite")
    yield opened
    opened.close()


def test_a_model_learns_from_its_decisions_when_outcomes_become_known(log: DecisionLog) -> None:
    pilot = Steady()
    assert isinstance(pilot.learning, OnlineModel)
    run(Hours(), pilot, log, SimulatedClock(0), since=0, until=400)
    mine = [one for one in log.read(0, 500) if one.arm == "b"]
    assert [told.request.id for told in pilot.learning.told] == [one.id for one in mine if one.at + DELAY <= 400]
    for one in mine:
        assert one.score == sum(1 for other in mine if other.at + DELAY <= one.at)


def test_all_outcomes_of_a_decision_are_logged_and_learnt(log: DecisionLog) -> None:
    pilot = Steady()
    done = run(Twofold(), pilot, log, SimulatedClock(0), since=0, until=400)
    assert done.outcomes == (400 - DELAY + 1) + (400 - 2 * DELAY + 1)
    assert {told.outcome.name for told in pilot.learning.told} == {"bad", "back"}
    assert log.table(known_by=400, outcome="back")["outcome"].count() == 400 - 2 * DELAY + 1
    moments = [told.outcome.at for told in pilot.learning.told]
    assert moments == sorted(moments)


def test_a_restart_gives_the_same_decisions(log: DecisionLog, tmp_path: Path) -> None:
    """Interrupted in the middle, or served in two spans by a reloaded model, the log is the same."""
    whole = DecisionLog.open(tmp_path / "whole.sqlite")
    run(Twofold(), Steady(), whole, SimulatedClock(0), since=0, until=1_200)

    class Killed(Exception):  # noqa: N818
        pass

    def stop(at: int, decisions: int) -> None:
        if decisions > 400:
            raise Killed(at)

    with pytest.raises(Killed):
        run(Twofold(), Steady(), log, SimulatedClock(0), since=0, until=1_200, progress=stop)
    assert 0 < log.last() < 1_200
    run(Twofold(), Steady(), log, SimulatedClock(0), since=0, until=1_200, after=0)
    assert log.digest() == whole.digest()
    parts = DecisionLog.open(tmp_path / "parts.sqlite")
    run(Twofold(), Steady(), parts, SimulatedClock(0), since=0, until=700)
    run(Twofold(), Steady(), parts, SimulatedClock(700), since=700, until=1_200)
    assert parts.digest() == whole.digest()
    whole.close()
    parts.close()
