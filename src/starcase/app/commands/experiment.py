"""What the case's experiments were planned for, and what they have shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starcase.app.commands.case_wording import record_case
from starcase.app.commands.rollout import rollout_of
from starcase.app.commands.rollout_wiring import assignments_of, readings_of
from starcase.app.replay_progress import present, settled
from starcase.app.rollout_guards import terms_beside_guards
from starcase.app.workspace import Workspace
from starcase.errors import RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import PlanRecord, ReadingRecord
from starcase.stages.experiment import draft
from starcase.stages.rollout.readings import IN_CANARY

NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One experiment: its plan, every look at it in order, and whether it still runs.

    ``afterwards`` is the last look once more by segments that were not planned; no record of the case.
    """

    evidence: str
    plan: PlanRecord
    readings: tuple[tuple[Entry, ReadingRecord], ...]
    running: bool
    afterwards: ReadingRecord | None = None


def plan(work: Workspace) -> PlanRecord:
    """The plan of the rollout in progress, written unless it stands; a draft of the next one where none is.

    Raises:
        NotIdentifiable, CaseFileError: see ``case.terms.terms_of``.
    """
    record_case(work)
    rollout = rollout_of(work)
    if rollout.state.challenger:
        return readings_of(work, rollout).planned()
    terms = terms_beside_guards(work).spending(IN_CANARY)
    champion = rollout.state.champion or work.case.incumbent
    return draft(
        work.log, terms, experiment=NEXT, champion=champion, challenger="", after=work.log.last(), at=present(work),
        segments=assignments_of(work).draft(present(work)),
    )  # fmt: skip


def experiment(work: Workspace, name: str = "", *, segments: str = "") -> Held:
    """An experiment of the case, the latest by default; one that runs now is looked at anew.

    Args:
        work: the opened case.
        name: of the experiment.
        segments: a segmentation or file, named as in case.toml, by which its last look is to be read besides.

    Raises:
        CaseFileError, DataError, NotIdentifiable: these segments cannot be made out.
        RolloutError: there is none, or none of that name.
    """
    record_case(work)
    rollout = rollout_of(work)
    running = rollout.state.rollout if rollout.state.stage == "canary" else ""
    if running:
        settled(work)
        readings_of(work, rollout)(present(work))
    readings = work.ledger.of(ReadingRecord)
    wanted = name or (readings[-1][1].experiment if readings else "")
    found = work.ledger.last(PlanRecord, lambda record: record.experiment == wanted)
    if found is None:
        known = sorted({record.experiment for _, record in work.ledger.of(PlanRecord)})
        raise RolloutError(
            f"there is no experiment {wanted!r}" if wanted else "no unit has met a challenger yet",
            why=f"planned so far: {', '.join(known) or 'none'}",
            mend="`starcase experiment plan` says what the next one would need",
        )
    entry, planned = found
    looks = tuple((at, record) for at, record in readings if record.experiment == wanted)
    beside = _afterwards(work, entry, planned, looks, segments) if segments and looks else None
    return Held(evidence=entry.id, plan=planned, readings=looks, running=wanted == running, afterwards=beside)


def _afterwards(
    work: Workspace, entry: Entry, planned: PlanRecord, looks: Sequence[tuple[Entry, ReadingRecord]], segments: str
) -> ReadingRecord:
    divided = assignments_of(work).afterwards(segments, entry.at)
    return readings_of(work, rollout_of(work)).opened(planned, divided).read(looks[-1][0].at)
