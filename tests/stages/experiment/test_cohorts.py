"""Only units of exposed cohorts are compared; a cohort without control is not compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom
from tests.stages.experiment.logs import DELAY, TERMS

from starcase.decide import Arm, Clearance, Reach, ServingPlan, compute_bucket, encode_reaches, merge_reaches
from starcase.evidence import DecisionLog, Ledger, Outcome, ServedDecision
from starcase.evidence.records import CohortReading, ReadingRecord, StepRecord
from starcase.inference import SampleRatio
from starcase.stages.experiment import Experiment, plan
from starcase.stages.experiment.cohorts import Cohorts, find_cohorts
from starcase.tables.clock import SimulatedClock

CLEARANCE = Clearance(candidate="new", model="m2", evidence=("gate-1",), hashes=("h",))
WEB, TV = {"platform": ["web"]}, {"platform": ["tv"]}
BASE = {"web": 0.1, "tv": 0.4, "radio": 0.7}


@dataclass
class World:
    """Visits from three platforms with error rates of their own, to which the challenger adds effects."""

    ledger: Ledger
    log: DecisionLog
    effect: float = 0.0
    on: Mapping[str, float] = field(default_factory=dict)
    at: int = 0
    version: int = 0
    seed: int = 0

    def serve(self, *reaches: Reach, visits: int = 3_000, units: int = 1_500, lose: Mapping[str, str] = {}) -> None:
        """A step that reaches these, and visits; of an arm's decisions on the platform in ``lose`` half are lost."""
        self.version += 1
        kept = merge_reaches(*reaches)
        step = StepRecord(
            rollout="toy-1", version=self.version, step="canary" if self.version == 1 else "widen", champion="old",
            champion_model="m1", challenger="new", challenger_model="m2", share=max(r.share for r in kept), because=(),
            reason="told", automatic=True, decisions=0, reaches=encode_reaches(kept),
        )  # fmt: skip
        self.ledger.append(step, key=f"step-{self.version}", at=self.at)
        alone = ServingPlan(case="toy", version=1, salt="toy", champion=Arm("old", "m1"))
        exposing = alone.expose_challenger(Arm("new", "m2"), kept, CLEARANCE, version=self.version)
        rng, served, outcomes = np.random.default_rng([self.seed, self.version]), [], []
        for _ in range(visits):
            self.at += 1
            unit, platform = f"u{rng.integers(units)}", ("web", "tv", "radio")[rng.integers(3)]
            arm, propensity = exposing.assign(compute_bucket("toy", unit), {"platform": platform})
            added = self.effect + self.on.get(platform, 0.0) if arm.name == "new" else 0.0
            wrong = rng.random() < BASE[platform] + added
            if lose.get(arm.name) == platform and rng.random() < 0.5:
                continue
            served.append(ServedDecision(
                id=f"t{self.at}", unit=unit, at=self.at, plan_version=self.version, bucket=compute_bucket("toy", unit),
                arm=arm.name, model=arm.model, propensity=propensity, action="block" if wrong else "approve", score=0.5,
                features={"platform": platform},
            ))  # fmt: skip
            outcomes.append(Outcome(f"t{self.at}", "bad", 0.0, self.at + DELAY))
        self.log.append(served)
        self.log.outcomes(outcomes)

    def read(self) -> ReadingRecord:
        _, planned = plan(
            self.ledger, self.log, TERMS, experiment="toy-1", champion="old", challenger="new", version=1, at=0
        )
        named = find_cohorts([Reach.from_share(0.5, WEB), Reach.from_share(0.5, TV), Reach.from_share(0.5)])
        cohorts = Cohorts(self.log, named, TERMS, "new", "experiment")
        return Experiment(self.ledger, self.log, TERMS, planned, cohorts=cohorts).read(self.at + DELAY + 1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    ledger = Ledger.open(tmp_path / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
    with ledger, DecisionLog.open(tmp_path / "decisions.sqlite") as log:
        yield World(ledger, log)


def value(record: ReadingRecord, name: str) -> float:
    return next(figure.value for figure in record.figures if figure.name == name)


def test_visits_outside_the_cohort_are_not_control(world: World) -> None:
    world.serve(Reach.from_share(0.5, WEB))
    record = world.read()
    web = world.log.table(known_by=10**9, outcome="bad").filter(propensity=0.5)
    assert sum(arm.decisions for arm in record.arms) == web.height < world.log.last() / 2
    rates = [float((web.filter(arm=arm)["action"] == "block").to_numpy().mean()) for arm in ("old", "new")]
    assert record.metrics[0].difference.value == pytest.approx(rates[1] - rates[0])
    assert record.metrics[0].champion.value == pytest.approx(rates[0])
    assert record.sample_ratio.value > 0.001


def test_cohorts_with_other_shares_and_rates_show_no_effect(world: World) -> None:
    """Platforms differ by 30 points and shares by 80: pooled, the challenger would look far better."""
    world.serve(Reach.from_share(0.5, WEB))
    world.serve(Reach.from_share(0.9, WEB), Reach.from_share(0.1, TV), Reach.from_share(0.02), visits=9_000)
    seen, pooled = world.read().metrics[0], world.log.table(known_by=10**9, outcome="bad").filter(plan_version=2)
    crude = {arm: float((pooled.filter(arm=arm)["action"] == "block").to_numpy().mean()) for arm in ("old", "new")}
    assert crude["new"] - crude["old"] < -0.25
    assert abs(seen.difference.value) < 0.04
    assert seen.difference.low is not None
    assert seen.difference.high is not None
    assert seen.difference.low <= 0 <= seen.difference.high
    assert value(world.read(), "units that met both arms out of turn") == 0


def test_an_effect_within_a_cohort_is_reported(world: World) -> None:
    world.effect = 0.25
    world.serve(Reach.from_share(0.5, WEB), visits=6_000)
    assert world.read().verdict == "worse"


def test_units_lost_in_one_cohort_give_a_sample_ratio_mismatch(world: World) -> None:
    """Half of the challenger's units are lost on tv and half of the champion's on the web: pooled shares match."""
    world.serve(Reach.from_share(0.5, WEB), Reach.from_share(0.5, TV), lose={"new": "tv", "old": "web"})
    record = world.read()
    old, new = (arm.units for arm in record.arms)
    assert SampleRatio({(0.5, 0.5): (old, new)}).p_value > 0.05
    assert record.verdict == "blocked"
    assert record.sample_ratio.value < 0.001


def test_a_cohort_without_control_is_not_compared(world: World) -> None:
    world.effect = 0.25
    world.serve(Reach.from_share(1.0, WEB))
    record = world.read()
    assert (record.verdict, record.metrics, record.difference) == ("hold", (), None)
    assert "no control at the same time" in record.why
    assert value(record, "challenger's decisions without a control") == record.arms[1].decisions > 0
    assert (record.arms[0].decisions, record.arms[1].known) == (0, record.arms[1].decisions)
    world.serve(Reach.from_share(1.0, WEB), Reach.from_share(0.5, TV), visits=6_000)
    record = world.read()
    assert record.verdict == "worse"
    assert record.metrics[0].champion.value == pytest.approx(BASE["tv"], abs=0.05)


def of(record: ReadingRecord) -> dict[str, CohortReading]:
    return {one.cohort: one for one in record.cohorts}


def test_a_harmed_cohort_is_reported_although_others_gain(world: World) -> None:
    world.on = {"web": -0.08, "tv": 0.2, "radio": -0.25}
    world.serve(Reach.from_share(0.5), visits=9_000)
    record = world.read()
    assert record.verdict != "worse"
    said = {name: one.verdict for name, one in of(record).items()}
    assert said == {
        "platform is web": "no harm shown", "platform is tv": "worse",
        "platform is neither tv nor web": "no harm shown",
    }  # fmt: skip


def test_each_reached_cohort_is_reported_with_its_arms(world: World) -> None:
    world.on = {"web": 0.1}
    world.serve(Reach.from_share(0.5, WEB))
    record = world.read()
    assert set(of(record)) == {"platform is web"}
    (metric, *_) = of(record)["platform is web"].metrics
    assert metric.difference.value == pytest.approx(record.metrics[0].difference.value)
    assert metric.champion.value == pytest.approx(BASE["web"], abs=0.04)


@pytest.mark.simulation
def test_false_harm_in_cohorts_stays_within_the_error_rate(tmp_path: Path) -> None:
    """Five looks each; the count stays below the 99.9 % quantile of the binomial with half of alpha."""
    runs, harmed, found = 60, 0, 0
    for seed in range(runs):
        for effects in ({}, {"web": -0.08, "tv": 0.2, "radio": -0.25}):
            folder = tmp_path / f"{seed}-{len(effects)}"
            folder.mkdir()
            ledger = Ledger.open(folder / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
            with ledger, DecisionLog.open(folder / "decisions.sqlite") as log:
                world = World(ledger, log, on=effects, seed=seed)
                said = set[str]()
                for share in (0.1, 0.2, 0.3, 0.4, 0.5):
                    world.serve(Reach.from_share(share), visits=900, units=900)
                    said |= {one.cohort for one in world.read().cohorts if one.verdict == "worse"}
                harmed += bool(said) and not effects
                found += "platform is tv" in said and bool(effects)
    assert harmed <= binom.ppf(0.999, runs, TERMS.alpha / 2)
    assert found / runs >= 0.5, found
