"""An anomaly detector on the shipped card payments floods and is rolled back within one window without labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.stages.rollout.cleared import cleared, told

from starcase.casefile.toml import read_case
from starcase.contract.model import Model
from starcase.contract.system import Fold
from starcase.decide import Reach
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.records import MonitorRecord, StepRecord
from starcase.stages.monitor import AlertRate
from starcase.stages.replay import run
from starcase.stages.rollout import Rollout, RolloutLoop, RolloutObservation, Rules
from starcase.systems.fraud import FraudSystem
from starcase.tables.clock import HOUR, SimulatedClock

CASE = Path(__file__).parents[3] / "cases" / "card-fraud"
RULES = Rules.from_shares(1.0, minimum_decisions=10**9, minimum_outcomes=1, minimum_duration=1, shadow_coverage=0.9)
CAPACITY = 0.004


@pytest.mark.journey
@pytest.mark.parametrize(("challenger", "rolled_back"), [("isolation_forest", True), ("logistic_regression", False)])
def test_a_flood_on_real_payments_ends_within_one_window(challenger: str, rolled_back: bool, tmp_path: Path) -> None:
    case, system = read_case(CASE), FraudSystem()
    dataset = system.load(case)
    start = dataset.span()[0]
    live = start + 12 * HOUR
    fold = Fold(name="live", train_end=live, test_start=live, test_end=live + HOUR, known_by=live)
    candidate = next(c for c in system.candidates(case) if c.name == challenger)
    incumbent = next(c for c in system.candidates(case) if c.name == case.incumbent)
    models: dict[str, Model] = {
        "old": incumbent.fit(dataset.train(fold), rng=np.random.default_rng(1)),
        "new": candidate.fit(dataset.train(fold), rng=np.random.default_rng(1)),
    }
    with Ledger.open(tmp_path / "ledger.sqlite", case=case.name, clock=SimulatedClock(0), actor="test") as ledger:
        proof = cleared(ledger, challenger, "new", until=live + HOUR, at=live)
        rollout = Rollout(ledger, RULES, salt=case.name, in_force=told)
        rollout.install(case.incumbent, "old", at=live)
        rollout.expose(challenger, "new", proof, reach=Reach.from_share(1.0), at=live, why="the deadline")
        pilot = RolloutLoop(
            case=case.name, rollout=rollout, ledger=ledger, models=models, compare=lambda at: RolloutObservation(at=at),
            guards=[AlertRate(system.interventions, allowed=CAPACITY, alpha=0.01)], clearance=proof, every=HOUR,
        )  # fmt: skip
        log = DecisionLog.open(tmp_path / "decisions.sqlite")
        environment = system.environment(case, dataset)
        run(environment, pilot, log, SimulatedClock(0), since=live, until=live + HOUR // 2)
        steps = [step.step for _, step in ledger.of(StepRecord)]
        assert steps == ["install", "canary", "rollback"][: 3 if rolled_back else 2]
        for _, seen in ledger.of(MonitorRecord):
            assert seen.readings[0].n <= 500
        log.close()
