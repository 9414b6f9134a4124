"""The units exposed to each arm, and the counts for the sample ratio test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.decide import BUCKETS, Reach, decode_reaches
from starcase.evidence import DecisionLog, Ledger
from starcase.evidence.decisions.matured_decisions import MaturedDecisionReader
from starcase.evidence.records import StepRecord
from starcase.inference import SampleRatio
from starcase.stages.experiment.sample_ratio import Arrivals

EXPOSES = {"canary", "widen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Requests for which the challenger had one share of the units: a span of time, or cohorts with that share."""

    version: int
    share: float

    @property
    def compares(self) -> bool:
        """Whether both arms serve at the same time."""
        return 0 < self.share < 1


def list_stages(ledger: Ledger, rollout: str) -> tuple[Stage, ...]:
    """Return the stages of a rollout that exposed units, in order; one for each share in force."""
    return tuple(
        Stage(version=step.version, share=share)
        for _, step in ledger.of(StepRecord)
        if step.rollout == rollout and step.step in EXPOSES
        for share in sorted({reach.share for reach in decode_reaches(step)})
    )


def assign_stages(
    rows: pl.DataFrame, challenger: str, stages: Sequence[Stage]
) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
    """Return the rows that belong to a stage, and the number of each row's stage.

    The probability of a request's assignment shows the share in force. Decisions of cohorts that the challenger has not
    reached are not control and are dropped.
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


def list_cohorts(ledger: Ledger, rollout: str) -> tuple[Reach, ...]:
    """Return the cohorts a rollout has reached, each once, in the order of the steps that first reached them."""
    found: dict[object, Reach] = {}
    for _, step in ledger.of(StepRecord):
        if step.rollout == rollout and step.step in EXPOSES:
            for reach in decode_reaches(step):
                found.setdefault(reach.cohorts, reach)
    return tuple(found.values())


class Exposure:
    """Units and decisions of each arm, each counted once.

    Args:
        log: the decision log.
        challenger: name of the challenger's arm.
        version: the first plan that exposes it.
    """

    def __init__(self, log: DecisionLog, challenger: str, version: int) -> None:
        self._log = log
        self._rows = MaturedDecisionReader(log, delay=0, outcome="", after=log.before(version))
        self._challenger = challenger
        self._all = Arrivals()
        self._each: dict[int, Arrivals] = {}
        self.decisions = [0, 0]
        self.answered_by_champion = 0
        self.alone = 0

    def update(self, at: int, stages: Sequence[Stage], cohorts: Sequence[Reach]) -> None:
        """Add the decisions served before ``at`` in the stages, by a rollout that has reached these cohorts."""
        rows, numbers = assign_stages(self._rows.by(at), self._challenger, stages)
        treated = rows["arm"] == self._challenger
        for one, count in ((False, int((~treated).sum())), (True, int(treated.sum()))):
            self.decisions[one] += count
        compares = np.array([stage.compares for stage in stages], dtype=np.bool_)
        self.alone += int((~compares[numbers]).sum())
        self.answered_by_champion += rows.filter(treated & (rows["error"] != "")).height
        cohort = pl.Series(self._find_cohorts(rows, cohorts), dtype=pl.Int64)
        arrivals = rows.select("unit", stage=pl.Series(numbers), treated=treated, cohort=cohort)
        for unit, stage, challenged, place in arrivals.unique(maintain_order=True).iter_rows():
            share = stages[stage].share
            self._all.meet(unit, share, treated=challenged)
            self._each.setdefault(place, Arrivals()).meet(unit, share, treated=challenged)

    def _find_cohorts(self, rows: pl.DataFrame, cohorts: Sequence[Reach]) -> list[int]:
        """Return the number of the first cohort that each row belongs to."""
        if not rows.height or not cohorts[0].cohorts:
            return [0] * rows.height
        first, last = rows["seq"].min(), rows["seq"].max()
        assert isinstance(first, int)
        assert isinstance(last, int)
        place = {
            seq: next((n for n, cohort in enumerate(cohorts) if cohort.has_member(features)), len(cohorts))
            for seq, features in self._log.features(first - 1, last)
        }
        return [place[seq] for seq in rows["seq"]]

    @property
    def units(self) -> tuple[int, int]:
        """Units in control and in treatment; a unit exposed to both counts in both."""
        return self._all.units[0], self._all.units[1]

    @property
    def crossed(self) -> int:
        """Units exposed to an arm that their bucket does not assign."""
        return len(self._all.crossed)

    @property
    def sample_ratios(self) -> Mapping[int, SampleRatio]:
        """Units in control and treatment under each share in force, by the number of their cohort."""
        return {place: arrivals.sample_ratio for place, arrivals in sorted(self._each.items())}
