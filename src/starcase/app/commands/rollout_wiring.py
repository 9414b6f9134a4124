"""The inputs that steer a rollout of the case: guards, shadows and readings of outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starcase.app.commands.case_wording import record_case
from starcase.app.rollout_guards import build_comparison_terms, create_rollout_guards
from starcase.app.workspace import Workspace
from starcase.comparison.segments import load_segments
from starcase.contract.model import Model, SimulatedMetric
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import ReplayPlanRecord
from starcase.stages.experiment import SegmentMembershipStore
from starcase.stages.monitor import Guard
from starcase.stages.rollout import Readings, Rollout, RolloutObservation
from starcase.stages.rollout.rollout_loop import Comparison, ShadowRunner
from starcase.stages.shadow import Shadow
from starcase.tables.duration import parse_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutWiring:
    """New guards, shadows and comparison for one challenger; ``every`` is the event time between two readings."""

    guards: Sequence[Guard]
    followers: Sequence[ShadowRunner]
    compare: Comparison
    every: int


def wire_rollout(work: Workspace, rollout: Rollout, models: Mapping[str, Model], *, since: int) -> RolloutWiring:
    """Create the guards, shadows and comparison of the case's rollout from ``since`` on, microseconds UTC."""
    del since
    return RolloutWiring(
        guards=_create_challenger_guards(work, rollout),
        followers=_create_followers(work, rollout, models),
        compare=_create_comparison(work, rollout),
        every=parse_duration(work.case.rollout.reading_every),
    )


def check_wiring(work: Workspace, challenger: tuple[str, str], *, since: int) -> None:
    """Create the guards, terms and segments of a challenger's rollout to find errors before anything is written.

    Args:
        work: the opened case.
        challenger: name of the candidate, and hash of its model.
        since: the moment from which on it is tried, microseconds UTC.

    Raises:
        CaseFileError, NotIdentifiable, DataError: guards, terms or segments of the case cannot be made.
    """
    if not all(challenger):
        return
    create_rollout_guards(work, *challenger)
    build_comparison_terms(work)
    if segments := work.case.experiment.segments:
        load_segments(work.case, work.system, lambda: work.dataset, name=segments, until=since)


def _create_challenger_guards(work: Workspace, rollout: Rollout) -> Sequence[Guard]:
    state = rollout.state
    return create_rollout_guards(work, state.challenger, state.challenger_model) if state.challenger else ()


def _create_followers(work: Workspace, rollout: Rollout, models: Mapping[str, Model]) -> Sequence[ShadowRunner]:
    state = rollout.state
    if state.stage != "shadow":
        return ()
    return (Shadow(work.log, state.challenger_model, models[state.challenger_model], version=state.version),)


def _create_comparison(work: Workspace, rollout: Rollout) -> Comparison:
    if not rollout.state.challenger:
        return lambda at: RolloutObservation(at=at)
    readings = create_readings(work, rollout)
    readings.write_plan()
    return readings


def create_readings(work: Workspace, rollout: Rollout) -> Readings:
    """Create the readings of the case's rollout; in a replay their evidence is replayed or simulated, no experiment."""
    terms = replace(build_comparison_terms(work), wording=record_case(work))
    metric = terms.objective.metric
    simulated = isinstance(metric, SimulatedMetric) and metric.simulated
    replayed = work.ledger.last(ReplayPlanRecord) is not None
    known_by: EvidenceClass = "simulated" if simulated else "replayed" if replayed else "experiment"
    return Readings(
        work.ledger, work.log, rollout, terms, evidence_class=known_by, assignments=create_assignments(work)
    )  # fmt: skip


def create_assignments(work: Workspace) -> SegmentMembershipStore:
    """Create the store of segment memberships of the case's units, with those that plans have frozen."""

    def find_segments(name: str, until: int) -> Mapping[str, str]:
        return load_segments(work.case, work.system, lambda: work.dataset, name=name, until=until)

    return SegmentMembershipStore(work.store / "segments", work.case.experiment.segments, find_segments)
