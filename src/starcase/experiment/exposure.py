"""Which units really met which arm, and whether they came in the shares they were assigned with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.decide import BUCKETS, reaches_of
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.decisions.matured import Matured
from starcase.evidence.records import StepRecord
from starcase.inference import SampleRatio

EXPOSES = {"canary", "widen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Requests for which the challenger had one share of the units: a stretch of time, or the cohorts it reached so."""

    version: int
    share: float

    @property
    def compares(self) -> bool:
        """Whether both arms serve at the same time."""
        return 0 < self.share < 1


def stages_of(ledger: Ledger, rollout: str) -> tuple[Stage, ...]:
    """The stages of a rollout in which units met the challenger, in order; one for each share that was in force."""
    return tuple(
        Stage(version=step.version, share=share)
        for _, step in ledger.of(StepRecord)
        if step.rollout == rollout and step.step in EXPOSES
        for share in sorted({reach.share for reach in reaches_of(step)})
    )


def staged(rows: pl.DataFrame, challenger: str, stages: Sequence[Stage]) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
    """The rows that belong to a stage, and the number of each one's.

    Which share was in force for a request is told by the probability of its assignment. What was served where the
    challenger reached nobody is nobody's control: it falls away.
    """
    places = pl.DataFrame(
        {
            "plan_version": [stage.version for stage in stages],
            "_reached": [round(stage.share * BUCKETS) for stage in stages],
            "_stage": range(len(stages)),
        },
        schema={"plan_version": pl.Int64, "_reached": pl.Int64, "_stage": pl.Int64},
    )
    share = pl.when(pl.col("arm") == challenger).then("propensity").otherwise(1 - pl.col("propensity"))
    found = rows.with_columns(_reached=(share * BUCKETS).round().cast(pl.Int64)).join(
        places, on=["plan_version", "_reached"], how="inner", maintain_order="left"
    )
    return found.drop("_reached", "_stage"), found["_stage"].to_numpy()


class Exposure:
    """Units and decisions of each arm, each taken in once.

    A unit's arms at earlier shares bound where its bucket lies. It is judged when it comes at a share within those
    bounds, with the chance that is left: one that was in the control at 10 % may be among those that 25 % have added.

    Args:
        log: the decision log.
        challenger: name of the challenger's arm.
        version: the first plan that exposes it.
    """

    def __init__(self, log: DecisionLog, challenger: str, version: int) -> None:
        self._rows = Matured(log, delay=0, outcome="", after=log.before(version))
        self._challenger = challenger
        self._bounds: dict[str, tuple[float, float]] = {}
        self._met: set[tuple[str, bool]] = set()
        self._counts: dict[float, list[int]] = {}
        self.units = [0, 0]
        self.decisions = [0, 0]
        self.answered_by_champion = 0
        self.alone = 0
        self.crossed: set[str] = set()

    def by(self, at: int, stages: Sequence[Stage]) -> None:
        """Take in what was served before ``at`` in the stages."""
        rows, numbers = staged(self._rows.by(at), self._challenger, stages)
        treated = rows["arm"] == self._challenger
        for one, count in ((False, int((~treated).sum())), (True, int(treated.sum()))):
            self.decisions[one] += count
        compares = np.array([stage.compares for stage in stages], dtype=np.bool_)
        self.alone += int((~compares[numbers]).sum())
        self.answered_by_champion += rows.filter(treated & (rows["error"] != "")).height
        arrivals = rows.select("unit", stage=pl.Series(numbers), treated=treated).unique(maintain_order=True)
        for unit, stage, challenged in arrivals.iter_rows():
            self._meet(unit, stages[stage].share, challenged)

    def _meet(self, unit: str, share: float, treated: bool) -> None:
        low, high = self._bounds.get(unit, (0.0, 1.0))
        if (treated and share <= low) or (not treated and share >= high):
            self.crossed.add(unit)
            return
        if low < share < high:
            self._count((share - low) / (high - low), treated)
        if (unit, treated) not in self._met:
            self._met.add((unit, treated))
            self.units[treated] += 1
        self._bounds[unit] = (low, min(high, share)) if treated else (max(low, share), high)

    def _count(self, chance: float, treated: bool) -> None:
        self._counts.setdefault(chance, [0, 0])[treated] += 1

    @property
    def sample_ratio(self) -> SampleRatio:
        """Units that came to control and treatment, under each share in force."""
        return SampleRatio({(1 - share, share): (seen[0], seen[1]) for share, seen in self._counts.items()})
