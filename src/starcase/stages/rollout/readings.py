"""What outcomes say of a challenger, as a rollout sees it: its shadow first, then the arms of the canary."""

from __future__ import annotations

from starcase.comparison.comparison_spec import Terms
from starcase.evidence import DecisionLog, Entry, Ledger
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import PlanRecord, ReadingRecord, ShadowRecord, StepRecord
from starcase.stages.experiment import Assignment, Assignments, Experiment, plan, planned_as
from starcase.stages.experiment.cohorts import Cohorts, cohorts_in
from starcase.stages.rollout.rollout import Rollout
from starcase.stages.rollout.state_machine import Sight
from starcase.stages.shadow import Watch

IN_SHADOW = 0.2
IN_CANARY = 1 - IN_SHADOW
IN_COHORTS = 1.0  # of which only harm counts, one half; shadow and canary leave the other halves of theirs


class Readings:
    """Looks at the stage a rollout is in; every look is a record, and the sight names it.

    The rollout's error rate is shared by its stages, so that a challenger of no effect is called better with at most
    half of it, and worse with at most half of it, over shadow and canary together, whenever and however often one
    looks. Where it climbs by cohorts, harm in any one of them has the half that is left: of those without effect no
    more than the error rate are taken out.

    Args:
        ledger: the case's ledger.
        log: the decision log.
        rollout: tells the stage.
        terms: what is compared.
        evidence_class: ``"replayed"`` where history is served, ``"experiment"`` where life is.
        assignments: what divides units into segments; nothing by default.
    """

    def __init__(
        self,
        ledger: Ledger,
        log: DecisionLog,
        rollout: Rollout,
        terms: Terms,
        *,
        evidence_class: EvidenceClass,
        assignments: Assignments | None = None,
    ) -> None:
        self._ledger, self._log, self._rollout, self._terms = ledger, log, rollout, terms
        self.evidence_class, self._assignments = evidence_class, assignments
        self._watches: dict[int, Watch] = {}
        self._experiments: dict[str, Experiment] = {}

    def __call__(self, at: int) -> Sight:
        """What can be seen at ``at``, microseconds UTC."""
        stage = self._rollout.state.stage
        if stage == "shadow":
            return self._in_shadow(at)
        if stage == "canary":
            return self._in_canary(at)
        return Sight(at=at)

    def planned(self) -> PlanRecord:
        """The plan of the present rollout, written now unless it stands: before any unit meets the challenger.

        Units are divided into segments at that moment, and never again.
        """
        state = self._rollout.state
        began, step = next(
            (entry.at, step) for entry, step in self._ledger.of(StepRecord) if step.rollout == state.rollout
        )
        stands = planned_as(self._ledger, state.rollout) is not None
        segments = None if stands or self._assignments is None else self._assignments.freeze(began)
        _, record = plan(
            self._ledger, self._log, self._terms.spending(IN_CANARY), experiment=state.rollout,
            champion=state.champion, challenger=state.challenger_arm, version=step.version, at=began, segments=segments,
        )  # fmt: skip
        return record

    def opened(self, planned: PlanRecord, segments: Assignment | None = None) -> Experiment:
        """An experiment of the case, divided as its plan says unless other segments are given."""
        found = planned_as(self._ledger, planned.experiment)
        if segments is None and self._assignments is not None and found is not None:
            segments = self._assignments.of(planned, found[0].at)
        return Experiment(
            self._ledger, self._log, self._terms.beside(planned).spending(IN_CANARY), planned, segments=segments,
            cohorts=self._cohorts(planned), evidence_class=self.evidence_class,
        )  # fmt: skip

    def _cohorts(self, planned: PlanRecord) -> Cohorts | None:
        named = cohorts_in(self._rollout.planned)
        terms = self._terms.spending(IN_COHORTS)
        return Cohorts(self._log, named, terms, planned.challenger, self.evidence_class) if named else None

    def _in_shadow(self, at: int) -> Sight:
        state = self._rollout.state
        if state.version not in self._watches:
            terms = self._terms.beside(self.planned())
            self._watches[state.version] = Watch(
                self._ledger, self._log, terms.spending(IN_SHADOW), champion=state.champion,
                challenger=state.challenger_arm, model=state.challenger_model, version=state.version,
                evidence_class="recorded" if self.evidence_class == "experiment" else self.evidence_class,
            )  # fmt: skip
        entry, seen = self._watches[state.version].look(at)
        return Sight(
            at=at, decisions=seen.pairs, matured=seen.known, coverage=seen.coverage.value, verdict=seen.verdict,
            telling=self._telling, because=(entry.id,),
        )  # fmt: skip

    def _in_canary(self, at: int) -> Sight:
        name = self._rollout.state.rollout
        if name not in self._experiments:
            self._experiments[name] = self.opened(self.planned())
        entry, seen = self._experiments[name].look(at)
        _, treatment = seen.arms
        shadow = self._shadow() if self._telling else None
        return Sight(
            at=at, decisions=treatment.decisions, matured=treatment.known, verdict=seen.verdict, telling=self._telling,
            harmed=() if seen.verdict == "blocked" else _harmed(seen),
            in_shadow=shadow[1].verdict if shadow else "hold", because=(entry.id, *([shadow[0].id] if shadow else [])),
        )  # fmt: skip

    @property
    def _telling(self) -> bool:
        return self._terms.objective.metric.outcome_is_fact

    def _shadow(self) -> tuple[Entry, ShadowRecord] | None:
        """The last look at the shadow from which this canary came; None where it began without one."""
        state = self._rollout.state
        shadows = {
            step.version
            for _, step in self._ledger.of(StepRecord)
            if step.rollout == state.rollout and step.step == "shadow"
        }
        return self._ledger.last(ShadowRecord, lambda r: r.model == state.challenger_model and r.version in shadows)


def _harmed(seen: ReadingRecord) -> tuple[str, ...]:
    return tuple(one.cohort for one in seen.cohorts if one.verdict == "worse")
