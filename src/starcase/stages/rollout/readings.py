"""Readings of a challenger's outcomes for a rollout: first of its shadow, then of the canary's arms."""

from __future__ import annotations

from starcase.comparison.comparison_spec import ComparisonSpec
from starcase.evidence import DecisionLog, Entry, Ledger
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import PlanRecord, ReadingRecord, ShadowRecord, StepRecord
from starcase.stages.experiment import Experiment, SegmentMembership, SegmentMembershipStore, find_plan, plan
from starcase.stages.experiment.cohorts import Cohorts, find_cohorts
from starcase.stages.rollout.rollout import Rollout
from starcase.stages.rollout.state_machine import RolloutObservation
from starcase.stages.shadow import ShadowAnalysis

IN_SHADOW = 0.2
IN_CANARY = 1 - IN_SHADOW
IN_COHORTS = 1.0  # of which only harm counts, one half; shadow and canary leave the other halves of theirs


class Readings:
    """Takes readings of a rollout's current stage; every reading is a record, and the observation names it.

    The rollout's error rate is shared by its stages, so that a challenger without effect is called better with at most
    half of it, and worse with at most half of it, over shadow and canary together, at any number and times of looks.
    Where exposure grows by cohorts, harm in any cohort uses the remaining half: of the challengers without effect no
    more than the error rate are taken out.

    Args:
        ledger: the case's ledger.
        log: the decision log.
        rollout: gives the stage.
        terms: what is compared.
        evidence_class: ``"replayed"`` where history is served, ``"experiment"`` for live traffic.
        assignments: what divides units into segments; nothing by default.
    """

    def __init__(
        self,
        ledger: Ledger,
        log: DecisionLog,
        rollout: Rollout,
        terms: ComparisonSpec,
        *,
        evidence_class: EvidenceClass,
        assignments: SegmentMembershipStore | None = None,
    ) -> None:
        self._ledger, self._log, self._rollout, self._terms = ledger, log, rollout, terms
        self.evidence_class, self._assignments = evidence_class, assignments
        self._watches: dict[int, ShadowAnalysis] = {}
        self._experiments: dict[str, Experiment] = {}

    def __call__(self, at: int) -> RolloutObservation:
        """Return the observation at ``at``, microseconds UTC."""
        stage = self._rollout.state.stage
        if stage == "shadow":
            return self._read_shadow(at)
        if stage == "canary":
            return self._read_canary(at)
        return RolloutObservation(at=at)

    def write_plan(self) -> PlanRecord:
        """Write the plan of the present rollout unless it exists: before the challenger serves any unit.

        Units are divided into segments at that moment, and never again.
        """
        state = self._rollout.state
        began, step = next(
            (entry.at, step) for entry, step in self._ledger.of(StepRecord) if step.rollout == state.rollout
        )
        stands = find_plan(self._ledger, state.rollout) is not None
        segments = None if stands or self._assignments is None else self._assignments.freeze(began)
        _, record = plan(
            self._ledger, self._log, self._terms.scale_alpha(IN_CANARY), experiment=state.rollout,
            champion=state.champion, challenger=state.challenger_arm, version=step.version, at=began, segments=segments,
        )  # fmt: skip
        return record

    def open_experiment(self, planned: PlanRecord, segments: SegmentMembership | None = None) -> Experiment:
        """Open an experiment of the case, segmented as its plan says unless other segments are given."""
        found = find_plan(self._ledger, planned.experiment)
        if segments is None and self._assignments is not None and found is not None:
            segments = self._assignments.select(planned, found[0].at)
        return Experiment(
            self._ledger, self._log, self._terms.drop_planned_settings(planned).scale_alpha(IN_CANARY), planned,
            segments=segments, cohorts=self._build_cohorts(planned), evidence_class=self.evidence_class,
        )  # fmt: skip

    def _build_cohorts(self, planned: PlanRecord) -> Cohorts | None:
        named = find_cohorts(self._rollout.planned)
        terms = self._terms.scale_alpha(IN_COHORTS)
        return Cohorts(self._log, named, terms, planned.challenger, self.evidence_class) if named else None

    def _read_shadow(self, at: int) -> RolloutObservation:
        state = self._rollout.state
        if state.version not in self._watches:
            terms = self._terms.drop_planned_settings(self.write_plan())
            self._watches[state.version] = ShadowAnalysis(
                self._ledger, self._log, terms.scale_alpha(IN_SHADOW), champion=state.champion,
                challenger=state.challenger_arm, model=state.challenger_model, version=state.version,
                evidence_class="recorded" if self.evidence_class == "experiment" else self.evidence_class,
            )  # fmt: skip
        entry, seen = self._watches[state.version].look(at)
        return RolloutObservation(
            at=at, decisions=seen.pairs, matured=seen.known, coverage=seen.coverage.value, verdict=seen.verdict,
            telling=self._telling, because=(entry.id,),
        )  # fmt: skip

    def _read_canary(self, at: int) -> RolloutObservation:
        name = self._rollout.state.rollout
        if name not in self._experiments:
            self._experiments[name] = self.open_experiment(self.write_plan())
        entry, seen = self._experiments[name].look(at)
        _, treatment = seen.arms
        shadow = self._find_last_shadow() if self._telling else None
        return RolloutObservation(
            at=at, decisions=treatment.decisions, matured=treatment.known, verdict=seen.verdict, telling=self._telling,
            harmed=() if seen.verdict == "blocked" else _list_harmed_cohorts(seen),
            in_shadow=shadow[1].verdict if shadow else "hold", because=(entry.id, *([shadow[0].id] if shadow else [])),
        )  # fmt: skip

    @property
    def _telling(self) -> bool:
        return self._terms.objective.metric.outcome_is_fact

    def _find_last_shadow(self) -> tuple[Entry, ShadowRecord] | None:
        """Find the last shadow reading before this canary; None where the canary began without a shadow."""
        state = self._rollout.state
        shadows = {
            step.version
            for _, step in self._ledger.of(StepRecord)
            if step.rollout == state.rollout and step.step == "shadow"
        }
        return self._ledger.last(ShadowRecord, lambda r: r.model == state.challenger_model and r.version in shadows)


def _list_harmed_cohorts(seen: ReadingRecord) -> tuple[str, ...]:
    return tuple(one.cohort for one in seen.cohorts if one.verdict == "worse")
