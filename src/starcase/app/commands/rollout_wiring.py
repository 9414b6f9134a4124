"""What a rollout of the case is steered by: guards, shadows, and what outcomes say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starcase.app.commands.case_wording import record_case
from starcase.app.rollout_guards import guards, terms_beside_guards
from starcase.app.workspace import Workspace
from starcase.comparison.segments import segments_of
from starcase.contract.model import Model, Simulated
from starcase.evidence.figure import EvidenceClass
from starcase.evidence.records import ReplayPlanRecord
from starcase.stages.experiment import Assignments
from starcase.stages.monitor import Guard
from starcase.stages.rollout import Readings, Rollout, Sight
from starcase.stages.rollout.rollout_loop import Comparison, Follower
from starcase.stages.shadow import Shadow
from starcase.tables.duration import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """Fresh guards, shadows and comparison for one challenger; ``every`` is the event time between two looks."""

    guards: Sequence[Guard]
    followers: Sequence[Follower]
    compare: Comparison
    every: int


def steering(work: Workspace, rollout: Rollout, models: Mapping[str, Model], *, since: int) -> Steering:
    """What the case's rollout is steered by from ``since`` on, microseconds UTC."""
    del since
    return Steering(
        guards=_guards(work, rollout),
        followers=_followers(work, rollout, models),
        compare=_compared(work, rollout),
        every=duration(work.case.rollout.reading_every),
    )


def steerable(work: Workspace, challenger: tuple[str, str], *, since: int) -> None:
    """Try out what a challenger's rollout is steered by, before anything is written; nothing where there is none.

    Args:
        work: the opened case.
        challenger: name of the candidate, and hash of its model.
        since: the moment from which on it is tried, microseconds UTC.

    Raises:
        CaseFileError, NotIdentifiable, DataError: guards, terms or segments of the case cannot be made.
    """
    if not all(challenger):
        return
    guards(work, *challenger)
    terms_beside_guards(work)
    if segments := work.case.experiment.segments:
        segments_of(work.case, work.system, lambda: work.dataset, name=segments, until=since)


def _guards(work: Workspace, rollout: Rollout) -> Sequence[Guard]:
    state = rollout.state
    return guards(work, state.challenger, state.challenger_model) if state.challenger else ()


def _followers(work: Workspace, rollout: Rollout, models: Mapping[str, Model]) -> Sequence[Follower]:
    state = rollout.state
    if state.stage != "shadow":
        return ()
    return (Shadow(work.log, state.challenger_model, models[state.challenger_model], version=state.version),)


def _compared(work: Workspace, rollout: Rollout) -> Comparison:
    if not rollout.state.challenger:
        return lambda at: Sight(at=at)
    readings = readings_of(work, rollout)
    readings.planned()
    return readings


def readings_of(work: Workspace, rollout: Rollout) -> Readings:
    """The readings of the case's rollout; where history is served they are replayed or simulated, and no experiment."""
    terms = replace(terms_beside_guards(work), wording=record_case(work))
    metric = terms.objective.metric
    simulated = isinstance(metric, Simulated) and metric.simulated
    replayed = work.ledger.last(ReplayPlanRecord) is not None
    known_by: EvidenceClass = "simulated" if simulated else "replayed" if replayed else "experiment"
    return Readings(
        work.ledger, work.log, rollout, terms, evidence_class=known_by, assignments=assignments_of(work)
    )  # fmt: skip


def assignments_of(work: Workspace) -> Assignments:
    """What divides the case's units into segments, and what its plans have frozen."""

    def told(name: str, until: int) -> Mapping[str, str]:
        return segments_of(work.case, work.system, lambda: work.dataset, name=name, until=until)

    return Assignments(work.store / "segments", work.case.experiment.segments, told)
