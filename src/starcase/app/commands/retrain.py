"""Fit a candidate again on later data: an ordinary challenger to its earlier fit."""

from __future__ import annotations

from starcase.app.commands.case_wording import record_case
from starcase.app.commands.refit import find_known_time, refit
from starcase.app.fit_history import find_contest, find_reached_time
from starcase.app.replay_progress import find_present_time
from starcase.app.workspace import Workspace
from starcase.errors import DataError, LedgerError, RolloutError
from starcase.evidence import Entry
from starcase.evidence.records import RefitRecord
from starcase.tables.moment import format_moment


def retrain(work: Workspace, candidate: str, *, at: int | None = None, why: str = "") -> tuple[Entry, RefitRecord]:
    """Fit a candidate on all data known at a moment, with the parameters of its last contest.

    Where more is known than at that contest, the last fold before the moment is fitted as well: gates judge that fit on
    rows it has not seen. What comes of it is tried out like any challenger: gate, shadow,
    canary.

    Args:
        work: the opened case.
        candidate: the candidate's name; it may be the champion's.
        at: the moment, microseconds UTC; the one the case has reached by default.
        why: the reason, kept in the ledger.

    Raises:
        LedgerError: no contest has fitted it.
        RolloutError: the moment lies before what the case has reached.
        DataError: nothing has become known since that contest that would make a fold.
    """
    record_case(work)
    found = find_contest(work.ledger, candidate)
    if found is None:
        work.candidate(candidate)
        raise LedgerError(
            f"no contest has fitted {candidate}", where=str(work.ledger.path), mend="run `starcase contest` first"
        )
    moment = find_known_time(work, find_present_time(work) if at is None else at)
    entry, contest, _ = found
    come_to = find_reached_time(work)
    if at is not None and moment < come_to:
        raise RolloutError(
            f"{format_moment(moment)} is before {format_moment(come_to)}, the event time that the case has reached",
            why="a model trained on earlier data would be recorded after records of later data",
            mend=f"leave out --at, or give {format_moment(come_to)} or later",
        )
    if moment <= entry.at:
        return refit(work, candidate, at=moment, why=why)
    folds = list(work.dataset.folds(count=len(contest.folds), until=moment))
    if not folds:
        raise DataError("the data are too short for a fold", mend="retrain at a later moment")
    return refit(work, candidate, at=moment, why=why, fold=folds[-1])
