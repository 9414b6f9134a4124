"""The verbs that compare candidates and choose one of them."""

from __future__ import annotations

from collections.abc import Sequence

from starcase.app.commands.choose import choose as count_votes
from starcase.app.commands.contest import ContestResult
from starcase.app.commands.contest import contest as hold_contest
from starcase.app.verbs.case_opening import CaseLike, Moment, find_moment, open_case
from starcase.compute.processes import Processes
from starcase.evidence import Entry
from starcase.evidence.records import ChoiceRecord

WORKERS = 2


def contest(
    case: CaseLike, *, since: Moment | None = None, until: Moment | None = None, who: str = "", workers: int = WORKERS
) -> ContestResult:
    """Compare all candidates on the same folds, and record a verdict; "no winner" is one.

    A contest that is recorded already, with the same case, code and data, is returned again.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``, whose own executor does the fitting.
        since: use nothing before this moment.
        until: use nothing at or after this moment.
        who: acts; the ledger keeps it.
        workers: processes that fit candidates.

    Raises:
        CaseFileError: there is no case, or it does not agree with its system.
        DataError: the data cannot be read, or are too few.
        PluginError: a candidate raised.
    """
    with open_case(case, who=who, executor=Processes(workers)) as work:
        return hold_contest(work, since=find_moment(work, since), until=find_moment(work, until))


def choose(
    case: CaseLike, votes: Sequence[tuple[str, str, str]] = (), *, criteria: Sequence[str] = (), who: str = ""
) -> tuple[Entry, ChoiceRecord]:
    """Choose a candidate of the last contest, and record every vote, dissent included.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        votes: (who, candidate, reason) of each person; without any, the contest's recommendation is taken.
        criteria: the metrics and costs that were looked at.
        who: acts; the ledger keeps it.

    Raises:
        NotComparable: no contest was held, a vote names no candidate of it, or the votes are tied.
    """
    with open_case(case, who=who) as work:
        return count_votes(work, votes, criteria)
