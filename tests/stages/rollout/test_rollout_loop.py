"""The rollout loop: a flood is exposed on a clearance, the guard trips, and the champion serves again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.stages.rollout.cleared import cleared, told

from starcase.contract.model import Model
from starcase.contract.request import Answer, Request
from starcase.decide import Decision, Reach
from starcase.evidence import DecisionLog, Figure, Ledger, Outcome
from starcase.evidence.records import GuardReading, MonitorRecord, StepRecord
from starcase.inference import RateGuard
from starcase.stages.replay import run
from starcase.stages.rollout import Rollout, RolloutLoop, RolloutObservation, Rules
from starcase.tables.clock import SimulatedClock

RULES = Rules.from_shares(
    0.5, 1.0, minimum_decisions=100, minimum_outcomes=0, minimum_duration=100, shadow_coverage=0.9
)


class BlocksEvery:
    def __init__(self, nth: int) -> None:
        self.nth = nth

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        return [Answer("block" if r.at % self.nth == 0 else "approve", 0.5) for r in requests]


class AlertRate:
    def __init__(self, allowed: float) -> None:
        self.rate = RateGuard(allowed, 0.01)

    def observe(self, decision: Decision, latency_us: float) -> bool:
        return self.rate.observe(event=decision.answer.action == "block")

    def build_reading(self, arm: str) -> GuardReading:
        seen = self.rate.events / max(1, self.rate.trials)
        return GuardReading(
            guard="alert rate", arm=arm, tripped=self.rate.tripped, n=self.rate.trials, why="label-free",
            observed=Figure(name="alert rate", value=seen, unit="share", n=self.rate.trials),
            allowed=Figure(name="allowed alert rate", value=self.rate.allowed, unit="share"),
            evidence_against=Figure(name="e-value", value=self.rate.e_value, unit="ratio"),
        )  # fmt: skip


class Traffic:
    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        for at in range(since, until):
            yield Request(f"t{at}", f"t{at}", at, {})

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        return None


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite", case="cards", clock=SimulatedClock(0), actor="test") as opened:
        yield opened


def replayed(
    ledger: Ledger, folder: Path, nth: int, verdict: RolloutObservation
) -> tuple[list[StepRecord], DecisionLog]:
    proof = cleared(ledger, "new", "m2")
    rollout = Rollout(ledger, RULES, salt="cards", in_force=told)
    rollout.install("old", "m1", at=0)
    rollout.expose("new", "m2", proof, reach=Reach.from_share(0.5), at=0, why="the deadline")
    models: Mapping[str, Model] = {"m1": BlocksEvery(400), "m2": BlocksEvery(nth)}
    pilot = RolloutLoop(
        case="cards", rollout=rollout, ledger=ledger, models=models, guards=[AlertRate(0.004)],
        compare=lambda at: verdict, clearance=proof, every=200,
    )  # fmt: skip
    log = DecisionLog.open(folder / "decisions.sqlite")
    run(Traffic(), pilot, log, SimulatedClock(0), since=1, until=3_000)
    return [step for _, step in ledger.of(StepRecord)], log


def test_a_flood_is_rolled_back_automatically_within_one_window(ledger: Ledger, tmp_path: Path) -> None:
    steps, log = replayed(ledger, tmp_path, nth=20, verdict=RolloutObservation(at=0))
    assert [step.step for step in steps] == ["install", "canary", "rollback"]
    entry, seen = ledger.of(MonitorRecord)[0]
    assert seen.tripped == ("alert rate",)
    assert entry.id in steps[-1].because
    assert steps[-1].automatic
    assert steps[-1].decisions <= 1_000
    table = log.table(known_by=10**9)
    after = table.filter(table["at"] > entry.at)
    assert after.height > 0
    assert set(after["model"]) == {"m1"}
    log.close()


def test_a_challenger_without_outcomes_is_widened_and_then_held(ledger: Ledger, tmp_path: Path) -> None:
    steps, log = replayed(ledger, tmp_path, nth=400, verdict=RolloutObservation(at=0))
    assert [step.step for step in steps] == ["install", "canary", "widen"]
    log.close()


def test_a_not_worse_verdict_promotes(ledger: Ledger, tmp_path: Path) -> None:
    steps, log = replayed(ledger, tmp_path, nth=400, verdict=RolloutObservation(at=0, verdict="not worse"))
    assert [step.step for step in steps] == ["install", "canary", "widen", "promote"]
    log.close()
