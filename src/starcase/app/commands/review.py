"""Review a rolled-back rollout of the case and record lessons."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import cast

from starcase.app.commands.case_wording import record_case
from starcase.app.commands.gate import gate
from starcase.app.fit_history import find_reached_time
from starcase.app.stored_models import StoredModel, load_model
from starcase.app.workspace import Workspace
from starcase.contract.system import Fold
from starcase.errors import LedgerError
from starcase.evidence import Entry
from starcase.evidence.records import LessonRecord, ReviewRecord
from starcase.stages.contest.evaluation import FittedCandidate
from starcase.stages.review import collect_exposed_decisions, find_exposure, record_lesson, run


def review(
    work: Workspace, rollout: str = "", *, fold: Fold | None = None, fitted: FittedCandidate | None = None
) -> tuple[Entry, ReviewRecord]:
    """Write the post-mortem of a rollout that was rolled back; a recorded one is returned unchanged.

    The gates in force are run over the challenger afterwards, and the champion answers what the challenger was asked.

    Args:
        work: the opened case.
        rollout: its id; the latest that was rolled back by default.
        fold: the span of the retrospective gates; the last one of the contest that fitted the challenger by default.
        fitted: the challenger, where no contest fitted it.

    Raises:
        RolloutError: no rollout was rolled back, or that one was not.
        ArtefactError: the champion's or the challenger's files are not what their hashes say.
    """
    record_case(work)
    exposure = find_exposure(work.ledger, rollout)
    key = sha256(f"{exposure.rollout} {exposure.steps[-1].id}".encode()).hexdigest()[:16]
    standing = next((entry for entry in work.ledger.entries(ReviewRecord.KIND) if entry.key == key), None)
    if standing is not None:
        return standing, cast("ReviewRecord", standing.record)
    champion = StoredModel(candidate=exposure.champion, model=exposure.champion_model)
    held = gate(
        work, exposure.challenger, model=exposure.model, fold=fold, fitted=fitted, incumbent=champion,
        retrospective=True, now=exposure.since,
    )  # fmt: skip
    served_by = load_model(work, champion.candidate, champion.model, anyway=True)
    seen = collect_exposed_decisions(work.log, exposure, served_by, work.system, work.dataset)
    record = run(work.ledger, exposure, seen, (held.entry, held.record), seed=work.case.seed)
    return work.ledger.append(record, key=key, at=find_reached_time(work)), record


def list_lessons(work: Workspace, review: Entry) -> list[tuple[Entry, LessonRecord]]:
    """Return the lessons of a review."""
    return [(entry, lesson) for entry, lesson in work.ledger.of(LessonRecord) if lesson.review == review.id]


def lesson(
    work: Workspace, text: str, *, who: str, rollout: str = "", gate: str = "",
    parameters: Mapping[str, float] | None = None, reason: str = "",
) -> Entry:  # fmt: skip
    """Record the lesson of a rollout's review: a gate in force from now on, or why there is none.

    Args:
        work: the opened case.
        text: the lesson, in words.
        who: who says so.
        rollout: which rollout was reviewed; the latest that was rolled back by default.
        gate: the gate that holds from now on.
        parameters: its thresholds.
        reason: why there is no gate.

    Raises:
        LedgerError: there is no review of that rollout yet.
        GateNotPassed, CaseFileError: see ``starcase.stages.review.record_lesson``.
    """
    record_case(work)
    exposure = find_exposure(work.ledger, rollout)
    found = work.ledger.last(ReviewRecord, lambda record: record.rollout == exposure.rollout)
    if found is None:
        raise LedgerError(
            f"{exposure.rollout} has not been reviewed", where=str(work.ledger.path), mend="run `starcase review` first"
        )
    return record_lesson(
        work.ledger, work.case, work.system, found[0], text, who=who, at=find_reached_time(work), gate=gate,
        parameters=parameters, reason=reason,
    )  # fmt: skip
