"""How far history has been served."""

from __future__ import annotations

from starcase.app.workspace import Workspace
from starcase.errors import RolloutError
from starcase.evidence.records import ReplayPlanRecord, ReplayRecord, StepRecord
from starcase.tables.moment import format_moment


def find_unfinished_replay(work: Workspace) -> ReplayPlanRecord | None:
    """The replay that was begun and not finished; None where there is none."""
    last = work.ledger.last(ReplayPlanRecord)
    done = {record.replay for _, record in work.ledger.of(ReplayRecord)}
    return None if last is None or last[1].replay in done else last[1]


def find_replay_end(work: Workspace, plan: ReplayPlanRecord) -> int:
    """The end of a replay, microseconds UTC: where it came to, or where it is planned to end."""
    done = work.ledger.last(ReplayRecord, lambda record: record.replay == plan.replay)
    return done[1].until if done is not None else plan.until


def require_finished(work: Workspace) -> None:
    """Raise RolloutError where a replay stands unfinished."""
    begun = find_unfinished_replay(work)
    if begun is not None:
        raise RolloutError(
            f"{begun.replay} was begun and not finished",
            why=f"it serves {format_moment(begun.since)} to {format_moment(begun.until)}",
            mend="finish it first: `starcase replay --resume`",
        )


def is_live(work: Workspace) -> bool:
    """Whether the case is served as life goes, rather than its history."""
    return work.ledger.last(StepRecord) is not None and work.ledger.last(ReplayPlanRecord) is None


def find_present_time(work: Workspace) -> int:
    """Where the case has come to, microseconds UTC: the event time that its history has reached, or the clock's."""
    reached = max((entry.at for entry in work.ledger.entries()), default=None)
    if reached is None or is_live(work):
        return max(work.clock.now(), reached or 0)
    return reached
