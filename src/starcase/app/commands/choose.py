"""Choose a candidate by votes with reasons, and record dissent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from starcase.app.commands.case_wording import record_case
from starcase.app.replay_progress import find_present_time
from starcase.app.workspace import Workspace
from starcase.casefile.verdict_settings import DECIDERS, select_verdict_settings
from starcase.errors import NotComparable
from starcase.evidence import Entry
from starcase.evidence.records import ChoiceRecord, ContestRecord, CostRecord, Vote
from starcase.stages.contest import choose as counted


def choose(
    work: Workspace, votes: Sequence[tuple[str, str, str]], criteria: Sequence[str] = ()
) -> tuple[Entry, ChoiceRecord]:
    """Count the votes on the last contest and record each; the same call again returns the recorded choice.

    Args:
        work: the opened case.
        votes: (who, candidate, reason) of each person; without any, the contest's recommendation is taken.
        criteria: what was looked at: the names of metrics and costs.

    Raises:
        NotComparable: no contest was held, a vote names no candidate of the contest, or the votes are tied.
    """
    wording = record_case(work)
    last = work.ledger.last(ContestRecord)
    if last is None:
        raise NotComparable("there is no contest to choose from", mend="hold one: `starcase contest`")
    now = max(last[0].at, find_present_time(work))
    said = [Vote(who=who, candidate=candidate, reason=reason, at=now) for who, candidate, reason in votes]
    asked = (last[1].contest, tuple(votes), tuple(criteria))
    key = sha256(repr(asked).encode()).hexdigest()[:16]
    standing = next(((entry, record) for entry, record in work.ledger.of(ChoiceRecord) if entry.key == key), None)
    if standing is not None:
        return standing
    cost = work.ledger.last(CostRecord, lambda held: held.contest == last[1].contest)
    record = replace(
        counted(last[1], said, criteria, cost=cost[1] if cost else None),
        settings=(*select_verdict_settings(work.case, DECIDERS), *last[1].settings),
        wording=wording,
    )
    return work.ledger.append(record, key=key, at=now), record
