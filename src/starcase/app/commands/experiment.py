"""The plans and readings of the case's experiments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starcase.app.commands.case_wording import record_case
from starcase.app.commands.rollout import open_rollout
from starcase.app.commands.rollout_wiring import create_assignments, create_readings
from starcase.app.replay_progress import find_present_time, require_finished
from starcase.app.rollout_guards import build_comparison_terms
from starcase.app.workspace import Workspace
from starcase.errors import RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import PlanRecord, ReadingRecord
from starcase.stages.experiment import draft
from starcase.stages.rollout.readings import IN_CANARY

NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentResult:
    """One experiment: its plan, its readings in order, and whether it still runs.

    ``afterwards`` is the last reading by segments that were not planned; it is not recorded.
    """

    evidence: str
    plan: PlanRecord
    readings: tuple[tuple[Entry, ReadingRecord], ...]
    running: bool
    afterwards: ReadingRecord | None = None


def plan(work: Workspace) -> PlanRecord:
    """Return the plan of the rollout in progress, recorded once; without a rollout, a draft of the next plan.

    Raises:
        NotIdentifiable, CaseFileError: see ``build_comparison_spec``.
    """
    record_case(work)
    rollout = open_rollout(work)
    if rollout.state.challenger:
        return create_readings(work, rollout).write_plan()
    terms = build_comparison_terms(work).scale_alpha(IN_CANARY)
    champion = rollout.state.champion or work.case.incumbent
    return draft(
        work.log, terms, experiment=NEXT, champion=champion, challenger="", after=work.log.last(),
        at=find_present_time(work), segments=create_assignments(work).draft(find_present_time(work)),
    )  # fmt: skip


def experiment(work: Workspace, name: str = "", *, segments: str = "") -> ExperimentResult:
    """Return an experiment of the case, the latest by default; a running experiment is read again.

    Args:
        work: the opened case.
        name: of the experiment.
        segments: a segmentation or file, named as in case.toml, by which its last look is to be read besides.

    Raises:
        CaseFileError, DataError, NotIdentifiable: these segments cannot be made out.
        RolloutError: there is none, or none of that name.
    """
    record_case(work)
    rollout = open_rollout(work)
    running = rollout.state.rollout if rollout.state.stage == "canary" else ""
    if running:
        require_finished(work)
        create_readings(work, rollout)(find_present_time(work))
    readings = work.ledger.of(ReadingRecord)
    wanted = name or (readings[-1][1].experiment if readings else "")
    found = work.ledger.last(PlanRecord, lambda record: record.experiment == wanted)
    if found is None:
        known = sorted({record.experiment for _, record in work.ledger.of(PlanRecord)})
        raise RolloutError(
            f"there is no experiment {wanted!r}" if wanted else "no unit has been exposed to a challenger yet",
            why=f"planned so far: {', '.join(known) or 'none'}",
            mend="`starcase experiment plan` says what the next one would need",
        )
    entry, planned = found
    looks = tuple((at, record) for at, record in readings if record.experiment == wanted)
    beside = _read_by_segments(work, entry, planned, looks, segments) if segments and looks else None
    return ExperimentResult(
        evidence=entry.id, plan=planned, readings=looks, running=wanted == running, afterwards=beside
    )


def _read_by_segments(
    work: Workspace, entry: Entry, planned: PlanRecord, looks: Sequence[tuple[Entry, ReadingRecord]], segments: str
) -> ReadingRecord:
    divided = create_assignments(work).draft_exploratory(segments, entry.at)
    return create_readings(work, open_rollout(work)).open_experiment(planned, divided).read(looks[-1][0].at)
