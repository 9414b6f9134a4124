"""Rollouts of a toy challenger on seeded traffic, from shadow or canary to the end its readings give."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from tests.stages.rollout.cleared import cleared, told

from starcase.comparison.comparison_spec import ComparisonSpec, build_comparison_spec
from starcase.contract.case_spec import ExperimentSpec, RolloutSpec
from starcase.decide import Reach
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.records import PlanRecord, ReadingRecord, ShadowRecord, StepRecord
from starcase.stages.replay import run
from starcase.stages.rollout import Readings, Rollout, RolloutLoop, Rules
from starcase.stages.shadow import Shadow
from starcase.tables.clock import SimulatedClock
from starcase.testing import ToySystem, toy_case
from starcase.testing.toy import ToyDataset, ToyEnvironment, ToyModel, draw_toy_rows

RULES = Rules.from_shares(
    0.2, 0.5, minimum_decisions=20, minimum_outcomes=100, minimum_duration=50, shadow_coverage=0.9
)
GOOD, NOISY = ToyModel("x", 2.0, 0.0), ToyModel("noise", 2.0, 0.0)


def toy_terms(*, alpha: float = 0.05, margin: float = 0.05, effect: float = 0.0) -> ComparisonSpec:
    """The toy's error rate."""
    case = toy_case(rollout=RolloutSpec(alpha=alpha, margin=margin), experiment=ExperimentSpec(effect=effect))
    return build_comparison_spec(case, ToySystem())


def toy_traffic(rows: int, seed: int) -> ToyEnvironment:
    """Return the requested number of toy rows, repeated with new random draws."""
    parts = [draw_toy_rows(seed + 1_000 * part) for part in range(-(-rows // 3_000))]
    table = pl.concat(parts)[:rows]
    return ToyEnvironment(ToyDataset(table.with_columns(at=pl.int_range(rows, dtype=pl.Int64))))


class Killed(Exception):  # noqa: N818 - what kill -9 stands for here
    """The process is gone."""


@dataclass(frozen=True, slots=True)
class Flown:
    """The result of a rollout: steps, looks, digest of the log."""

    steps: list[StepRecord]
    shadows: list[ShadowRecord]
    readings: list[ReadingRecord]
    plans: list[PlanRecord]
    digests: tuple[str, str]

    @property
    def taken(self) -> list[str]:
        """The steps in words."""
        return [step.step for step in self.steps]


def fly(
    folder: Path,
    champion: ToyModel,
    challenger: ToyModel,
    *,
    seed: int,
    rows: int = 2_000,
    every: int = 100,
    terms: ComparisonSpec | None = None,
    share: float = 0.0,
    stop: int | None = None,
    least: int = RULES.minimum_outcomes,
) -> Flown:
    """Serve the toy's traffic with a challenger in shadow, or exposed at once where a share is given.

    With ``stop`` the process is killed at the first commit of at least that many decisions; ``least`` outcomes
    are needed for a promotion.
    """

    def progress(_: int, decisions: int) -> None:
        if stop is not None and decisions >= stop:
            raise Killed

    ledger = Ledger.open(folder / "ledger.sqlite", case="toy", clock=SimulatedClock(0), actor="test")
    with ledger, DecisionLog.open(folder / "decisions.sqlite") as log:
        proof = cleared(ledger, "new", "m2")
        rollout = Rollout(ledger, replace(RULES, minimum_outcomes=least), salt=f"toy/{seed}", in_force=told, version=0)
        rollout.install("old", "m1", at=0)
        if share:
            rollout.expose("new", "m2", proof, reach=Reach.from_share(share), at=0, why="the deadline")
        else:
            rollout.shadow("new", "m2", at=0)
        models = {"m1": champion, "m2": challenger}
        followers = () if share else (Shadow(log, "m2", challenger, version=rollout.state.version),)
        readings = Readings(ledger, log, rollout, terms or toy_terms(), evidence_class="replayed")
        readings.write_plan()
        pilot = RolloutLoop(
            case="toy", rollout=rollout, ledger=ledger, models=models, guards=(), compare=readings, clearance=proof,
            every=every, followers=followers,
        )  # fmt: skip
        with suppress(Killed):
            run(toy_traffic(rows, seed), pilot, log, SimulatedClock(0), since=0, until=rows, after=0, progress=progress)
        return Flown(
            steps=[step for _, step in ledger.of(StepRecord)],
            shadows=[record for _, record in ledger.of(ShadowRecord)],
            readings=[record for _, record in ledger.of(ReadingRecord)],
            plans=[record for _, record in ledger.of(PlanRecord)],
            digests=(ledger.digest(), log.digest()),
        )
