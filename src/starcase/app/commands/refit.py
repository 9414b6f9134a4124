"""Fit a candidate on all known data: the model that goes live."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import polars as pl

from starcase.app.candidate_identity import find_reader, hash_ground
from starcase.app.commands.candidate_fit import ContestCandidate, fit_on, restore_parameters
from starcase.app.commands.golden_answers import keep_golden
from starcase.app.fit_history import build_contest_fold, build_fold, find_contest
from starcase.app.replay_progress import find_present_time
from starcase.app.stored_models import StoredModel, find_latest_model
from starcase.app.workspace import Workspace
from starcase.contract.system import Fold
from starcase.errors import LedgerError, RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, FoldSpan, RefitRecord, Standing, StepRecord
from starcase.stages.contest.cost_measurement import collect_fit_costs
from starcase.stages.rollout.state import compute_state
from starcase.tables.duration import parse_duration

EVERYTHING = "everything known"


def refit(
    work: Workspace, candidate: str, *, at: int, why: str = "", fold: Fold | None = None
) -> tuple[Entry, RefitRecord]:
    """Fit a candidate on all data known at ``at``, with the parameters of its last contest; recorded once.

    The fit that gates judge on unseen rows is the contest's own of the last fold; where the candidate's code or what it
    offers was changed since, or another ``fold`` is named, that one is fitted anew as well.

    Args:
        work: the opened case.
        candidate: the candidate's name.
        at: the moment, microseconds UTC.
        why: the reason, kept in the ledger.
        fold: on which the candidate is to be judged; the last one of its contest by default.

    Raises:
        LedgerError: no contest has fitted it.
        PluginError: a candidate of the user's own raised.
    """
    found = find_contest(work.ledger, candidate)
    if found is None:
        work.candidate(candidate)
        raise LedgerError(
            f"no contest has fitted {candidate}", where=str(work.ledger.path), mend="run `starcase contest` first"
        )
    entry, contest, standing = found
    settled = restore_parameters(work, contest, standing)
    reader = settled.entrant.reader
    ground = hash_ground(work)
    asked = (
        candidate,
        reader,
        _format_parameters(settled),
        entry.id,
        at,
        ground,
        None if fold is None else _build_fold_span(work, fold),
    )
    key = sha256(msgspec.json.encode(asked, order="sorted")).hexdigest()[:16]
    for before, record in reversed(work.ledger.of(RefitRecord)):
        is_meant = fold is None or before.key == key
        stands = is_meant and (record.contest, record.until, record.ground) == (entry.id, at, ground)
        if (
            stands
            and record.parameters == _format_parameters(settled)
            and work.artefacts.is_read_by(record.model, reader)
        ):
            keep_golden(work, candidate, record.model, build_judged_fold(record))
            return before, record
    judged = fold or build_contest_fold(entry, contest)
    is_contests = fold is None and settled.as_settled and work.artefacts.is_read_by(standing.model, reader)
    measured = standing.model if is_contests else fit_on(work, settled, judged).hash
    record = _build_record(work, settled, (entry, contest, standing), measured=measured, fold=judged, at=at, why=why)
    appended = work.ledger.append(record, key=key, at=max(at, entry.at))
    keep_golden(work, candidate, record.model, judged)
    return appended, record


def _format_parameters(settled: ContestCandidate) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in settled.candidate.parameters.items()))


def find_known_time(work: Workspace, now: int) -> int:
    """Return the last moment before ``now`` at which an outcome became known: at most the data's end plus delay."""
    return min(now, work.dataset.span()[1] + parse_duration(work.case.data.delay))


def find_tried_refit(work: Workspace, candidate: str) -> RefitRecord | None:
    """Return the refit that is being tried out, if it is the candidate's latest and its code is unchanged."""
    state = compute_state((entry.at, step) for entry, step in work.ledger.of(StepRecord))
    last = work.ledger.last(RefitRecord, lambda record: record.candidate == candidate)
    if last is None or (state.challenger, state.challenger_model) != (candidate, last[1].model):
        return None
    return last[1] if work.artefacts.is_read_by(last[1].model, find_reader(work, candidate)) else None


def find_retrained_fit(work: Workspace, candidate: str) -> RefitRecord | None:
    """Return the refit that ``retrain`` made after the candidate's last contest, if its inputs are unchanged."""
    last = work.ledger.last(RefitRecord, lambda record: record.candidate == candidate)
    found = find_contest(work.ledger, candidate)
    if last is None or found is None:
        return None
    entry, record = last
    is_later = entry.seq > found[0].seq and record.known_by > found[0].at
    is_same = record.ground == hash_ground(work) and work.artefacts.is_read_by(
        record.model, find_reader(work, candidate)
    )
    return record if is_later and is_same else None


def find_starting_fit(work: Workspace, candidate: str) -> StoredModel:
    """Return the fit that ``ensure_deployable`` starts from; nothing is fitted or recorded.

    Raises:
        RolloutError: no contest has fitted it, or its code was edited after it was fitted.
    """
    work.candidate(candidate)
    kept = find_latest_model(work, candidate)
    before = None if _is_contests(work, kept) else work.artefacts.load_reader(kept.model)
    edited = before.list_differences(find_reader(work, candidate)) if before else ()
    if edited:
        raise RolloutError(
            f"{candidate} was edited after model {kept.model[:12]} of it was fitted",
            where=", ".join(edited),
            why="the stored model does not match the candidate's current files",
            mend=f"run `starcase gate --candidate {candidate}`, which fits it again; "
            f"or name the earlier model: --model {kept.model[:12]}",
        )
    return kept


def ensure_deployable(work: Workspace, candidate: str, *, at: int | None = None) -> StoredModel:
    """Return the deployable model of a candidate: its latest refit, made now if its latest fit is a contest's.

    Args:
        work: the opened case.
        candidate: the candidate's name.
        at: the moment, microseconds UTC; the one the case has reached by default.

    Raises:
        RolloutError: see ``find_starting_fit``.
    """
    kept = find_starting_fit(work, candidate)
    if not _is_contests(work, kept):
        return kept
    moment = find_known_time(work, find_present_time(work)) if at is None else at
    entry, record = refit(work, candidate, at=moment, why="it will serve")
    return StoredModel(candidate=candidate, model=record.model, because=(*kept.because, entry.id))


def _is_contests(work: Workspace, kept: StoredModel) -> bool:
    return any(
        entry.id in kept.because for entry, contest in work.ledger.of(ContestRecord) for standing in contest.standings
    )


def _build_record(
    work: Workspace, settled: ContestCandidate, found: tuple[Entry, ContestRecord, Standing], *, measured: str,
    fold: Fold, at: int, why: str,
) -> RefitRecord:  # fmt: skip
    entry, _, standing = found
    everything = Fold(name=EVERYTHING, train_end=at, test_start=at, test_end=at, known_by=at)
    fitted = fit_on(work, settled, everything)
    known, before = (work.dataset.training_rows(one) for one in (everything, fold))
    return RefitRecord(
        candidate=standing.candidate,
        model=fitted.hash,
        measured=measured,
        contest=entry.id,
        fold=_build_fold_span(work, fold),
        known_by=fold.known_by,
        until=at,
        rows=known.height,
        outcomes=_count_known(known),
        measured_outcomes=_count_known(before),
        ground=hash_ground(work),
        parameters=_format_parameters(settled),
        costs=collect_fit_costs(fitted),
        why=why
        if settled.as_settled
        else _join_words(why, "the candidate no longer proposes the parameters that the contest selected"),
    )


def _count_known(rows: pl.DataFrame) -> int:
    return rows.height - rows["outcome"].null_count()


def _build_fold_span(work: Workspace, fold: Fold) -> FoldSpan:
    outcomes = work.dataset.outcomes(fold)
    return FoldSpan(
        name=fold.name, train_end=fold.train_end, test_start=fold.test_start, test_end=fold.test_end,
        units=outcomes.height, outcomes=int(outcomes["matured"].sum()),
    )  # fmt: skip


def _join_words(*words: str) -> str:
    return "; ".join(word for word in words if word)


def build_judged_fold(record: RefitRecord) -> Fold:
    """Build the fold on which the measured fit of a refit is judged."""
    return build_fold(record.fold, known_by=record.known_by)
