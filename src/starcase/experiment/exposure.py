"""Which units really met which arm, and whether they came in the shares they were assigned with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from starcase.decide import BUCKETS
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.decisions.matured import Matured
from starcase.evidence.records import StepRecord
from starcase.inference import SampleRatio

EXPOSES = {"canary", "widen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stretch in which the challenger had one share of the units."""

    version: int
    share: float


def stages_of(ledger: Ledger, rollout: str) -> tuple[Stage, ...]:
    """The stages of a rollout in which units met the challenger, in order."""
    return tuple(
        Stage(version=step.version, share=round(step.share * BUCKETS) / BUCKETS)
        for _, step in ledger.of(StepRecord)
        if step.rollout == rollout and step.step in EXPOSES
    )


class Exposure:
    """Units and decisions of each arm, each taken in once.

    A unit is judged when it first comes in a stage: with the share in force, or, where it was in the control before,
    with the chance of being among those the wider share has added.

    Args:
        log: the decision log.
        challenger: name of the challenger's arm.
        version: the first plan that exposes it.
    """

    def __init__(self, log: DecisionLog, challenger: str, version: int) -> None:
        self._rows = Matured(log, delay=0, outcome="", after=log.before(version))
        self._challenger = challenger
        self._last: dict[str, tuple[int, bool]] = {}
        self._counts: dict[float, list[int]] = {}
        self.units = [0, 0]
        self.decisions = [0, 0]
        self.answered_by_champion = 0
        self.crossed = 0

    def by(self, at: int, stages: Sequence[Stage]) -> None:
        """Take in what was served before ``at`` in the stages."""
        place = {stage.version: number for number, stage in enumerate(stages)}
        rows = self._rows.by(at).filter(pl.col("plan_version").is_in(list(place)))
        treated = rows["arm"] == self._challenger
        for one, count in ((False, int((~treated).sum())), (True, int(treated.sum()))):
            self.decisions[one] += count
        self.answered_by_champion += rows.filter(treated & (rows["error"] != "")).height
        for unit, version, arm in rows.select("unit", "plan_version", "arm").unique(maintain_order=True).iter_rows():
            self._meet(unit, place[version], arm == self._challenger, stages)

    def _meet(self, unit: str, stage: int, treated: bool, stages: Sequence[Stage]) -> None:
        share = stages[stage].share
        before = self._last.get(unit)
        if before is None:
            self.units[treated] += 1
            self._count(share, treated)
        elif (before[1] and not treated) or (before[0] == stage and before[1] != treated):
            self.crossed += 1
        elif before[0] != stage and not before[1]:
            self.units[1] += treated
            held = stages[before[0]].share
            self._count((share - held) / (1 - held), treated)
        self._last[unit] = (stage, treated)

    def _count(self, share: float, treated: bool) -> None:
        if 0 < share < 1:
            self._counts.setdefault(share, [0, 0])[treated] += 1

    @property
    def sample_ratio(self) -> SampleRatio:
        """Units that came to control and treatment, under each share in force."""
        return SampleRatio({(1 - share, share): (seen[0], seen[1]) for share, seen in self._counts.items()})
