"""The progress of the case's replays."""

from __future__ import annotations

from starcase.app.workspace import Workspace
from starcase.errors import RolloutError
from starcase.evidence.records import ReplayPlanRecord, ReplayRecord, StepRecord
from starcase.tables.moment import format_moment


def find_unfinished_replay(work: Workspace) -> ReplayPlanRecord | None:
    """Return the unfinished replay; None if there is none."""
    last = work.ledger.last(ReplayPlanRecord)
    done = {record.replay for _, record in work.ledger.of(ReplayRecord)}
    return None if last is None or last[1].replay in done else last[1]


def find_replay_end(work: Workspace, plan: ReplayPlanRecord) -> int:
    """Return the end of a replay, microseconds UTC: the recorded end, or the planned end."""
    done = work.ledger.last(ReplayRecord, lambda record: record.replay == plan.replay)
    return done[1].until if done is not None else plan.until


def require_finished(work: Workspace) -> None:
    """Raise RolloutError if a replay is unfinished."""
    begun = find_unfinished_replay(work)
    if begun is not None:
        raise RolloutError(
            f"{begun.replay} is not finished",
            why=f"it serves {format_moment(begun.since)} to {format_moment(begun.until)}",
            mend="finish it first: `starcase replay --resume`",
        )


def is_live(work: Workspace) -> bool:
    """Return whether the case serves live traffic rather than a replay of its history."""
    return work.ledger.last(StepRecord) is not None and work.ledger.last(ReplayPlanRecord) is None


def find_present_time(work: Workspace) -> int:
    """Return the present of the case, microseconds UTC: the event time its replay has reached, or the clock's."""
    reached = max((entry.at for entry in work.ledger.entries()), default=None)
    if reached is None or is_live(work):
        return max(work.clock.now(), reached or 0)
    return reached
