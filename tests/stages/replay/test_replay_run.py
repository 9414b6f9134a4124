"""A replay serves in event time, logs outcomes when due, looks on time, and is exactly repeatable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.decide import Arm, Decision, ServingPlan
from starcase.errors import LedgerConflict
from starcase.evidence import DecisionLog, Outcome
from starcase.stages.replay import run
from starcase.tables.clock import SimulatedClock

DELAY = 50


class Hours:
    """One request per tick; every seventh is bad, known ``DELAY`` ticks later; blocked ones have no outcome."""

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        for at in range(since, until):
            yield Request(f"tx-{at}", f"card-{at % 10}", at, {"x": float(at % 7)})

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        if served.action == "block":
            return None
        return Outcome(request.id, "bad", float(request.features["x"] == 0.0), request.at + DELAY)


class Threshold:
    def __init__(self, limit: float) -> None:
        self.limit = limit

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        scores = [float(r.features["x"] or 0.0) for r in requests]
        return [Answer("block" if score < self.limit else "approve", score) for score in scores]


class Watchful:
    """Looks every 100 ticks, and at once after the tenth block; records what the log held at each look."""

    def __init__(self, log: DecisionLog) -> None:
        self.plan = ServingPlan(case="toy", version=1, salt="toy", champion=Arm("a", "m"))
        self.models: Mapping[str, Model] = {"m": Threshold(1.0)}
        self.log = log
        self.looks: list[tuple[int, int, int]] = []
        self.next_look = 100
        self.blocked = 0

    def observe(self, decision: Decision, latency_us: float) -> bool:
        assert latency_us > 0
        self.blocked += decision.answer.action == "block"
        return decision.answer.action == "block" and self.blocked == 10

    def is_due(self, at: int) -> bool:
        return at >= self.next_look

    def look(self, at: int) -> None:
        self.next_look = at + 100
        table = self.log.table(known_by=at)
        self.looks.append((at, table.height, table["outcome"].count()))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[DecisionLog]:
    opened = DecisionLog.open(tmp_path / "decisions.sqlite")
    yield opened
    opened.close()


def test_looks_come_on_time_and_see_exactly_what_was_known(log: DecisionLog) -> None:
    pilot = Watchful(log)
    done = run(Hours(), pilot, log, SimulatedClock(0), since=0, until=400)
    assert done.decisions == 400
    assert [at for at, _, _ in pilot.looks] == [63, 163, 263, 363, 400]
    for at, decisions, known in pilot.looks:
        assert decisions == at + (at == 63)
        assert known == sum(1 for t in range(at) if t % 7 and t + DELAY <= at)


def test_running_the_same_span_again_changes_nothing(log: DecisionLog) -> None:
    run(Hours(), Watchful(log), log, SimulatedClock(0), since=0, until=300)
    before = (log.last(), log.digest())
    run(Hours(), Watchful(log), log, SimulatedClock(0), since=0, until=300)
    assert (log.last(), log.digest()) == before


def test_an_interrupted_replay_continues_to_the_same_result(log: DecisionLog, tmp_path: Path) -> None:
    whole = DecisionLog.open(tmp_path / "whole.sqlite")
    run(Hours(), Watchful(whole), whole, SimulatedClock(0), since=0, until=300)

    class Killed(Exception):  # noqa: N818
        pass

    def stop(at: int, decisions: int) -> None:
        del at
        if decisions > 50:
            raise Killed

    with pytest.raises(Killed):
        run(Hours(), Watchful(log), log, SimulatedClock(0), since=0, until=300, progress=stop)
    resumed = Watchful(log)
    done = run(Hours(), resumed, log, SimulatedClock(0), since=0, until=300, after=0)
    assert log.digest() == whole.digest()
    assert done.decisions == 300
    assert [at for at, _, _ in resumed.looks] == [63, 163, 263, 300]
    whole.close()


def test_outcomes_of_earlier_decisions_arrive_in_the_next_span(log: DecisionLog) -> None:
    first = run(Hours(), Watchful(log), log, SimulatedClock(0), since=0, until=200)
    second = run(Hours(), Watchful(log), log, SimulatedClock(200), since=200, until=400)
    approved = sum(1 for t in range(400) if t % 7)
    assert first.outcomes + second.outcomes == sum(1 for t in range(400) if t % 7 and t + DELAY <= 400) < approved
    assert log.count_outcomes().repeated == 0


def test_a_log_that_holds_other_requests_is_refused(log: DecisionLog) -> None:
    class Later(Hours):
        def arrivals(self, since: int, until: int) -> Iterator[Request]:
            return super().arrivals(since + 1, until)

    run(Hours(), Watchful(log), log, SimulatedClock(0), since=0, until=100)
    with pytest.raises(LedgerConflict, match="'tx-0' where the history has request 'tx-1'"):
        run(Later(), Watchful(log), log, SimulatedClock(0), since=0, until=100, after=0)
