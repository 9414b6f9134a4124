"""End a replay that cannot continue, so that no case keeps an unfinished replay."""

from __future__ import annotations

from starcase.app.commands.rollout import open_rollout
from starcase.app.workspace import Workspace
from starcase.casefile.verdict_settings import REPLAY, select_verdict_settings
from starcase.errors import StarcaseError
from starcase.evidence import Entry
from starcase.evidence.records import ReplayPlanRecord, ReplayRecord
from starcase.evidence.records.replay import UndefinedFigure
from starcase.tables.moment import format_moment


def end_early(
    work: Workspace, planned: Entry, plan: ReplayPlanRecord, *, refusal: StarcaseError, wording: str
) -> tuple[Entry, ReplayRecord]:
    """Roll back the challenger and record the decisions served so far as the complete replay.

    Args:
        work: the opened case.
        planned: the ledger entry of the plan.
        plan: of the replay that cannot go on.
        refusal: why it cannot.
        wording: id of the case record in force.
    """
    at = _find_end(work, planned, plan)
    rollout = open_rollout(work)
    if rollout.state.challenger:
        rollout.withdraw(at=at, why=refusal.what)
    mark = work.log.mark()
    before = sum(record.outcomes for _, record in work.ledger.of(ReplayRecord))
    record = ReplayRecord(
        replay=plan.replay, since=plan.since, until=at, decisions=work.log.last() - plan.after,
        outcomes=max(0, mark.outcomes - before), figures=(), log_sha256=work.log.digest(mark), log=mark,
        settings=select_verdict_settings(work.case, REPLAY), wording=wording,
        undefined=(UndefinedFigure(figure="champion and challenger on every request", why="the replay ended early"),),
        ended=f"it ended at {format_moment(at)} instead of {format_moment(plan.until)}: {refusal.what}",
    )  # fmt: skip
    return work.ledger.append(record, key=planned.key, at=at), record


def _find_end(work: Workspace, planned: Entry, plan: ReplayPlanRecord) -> int:
    """Return the moment after the last decision and the last record of the replay, microseconds UTC."""
    last = work.log.last()
    served = work.log.read(last - 1, 1)[0].at + 1 if last > plan.after else plan.since
    recorded = [entry.at for entry in work.ledger.entries(after=planned.seq)]
    return min(max([plan.since, served, *recorded]), plan.until)
