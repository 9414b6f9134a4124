"""Choose a candidate by votes, with criteria and dissent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from starcase.errors import NotComparable
from starcase.evidence.records import ChoiceRecord, ContestRecord, CostRecord, Vote


def choose(
    contest: ContestRecord, votes: Sequence[Vote], criteria: Sequence[str], *, cost: CostRecord | None = None
) -> ChoiceRecord:
    """Choose the candidate with most votes; a tied vote goes to the contest's recommendation if it is among the tied.

    Votes against the chosen candidate are recorded verbatim. Without any vote the recommendation is chosen; one that is
    over budget gives way to the best within the budgets.

    Raises:
        NotComparable: a vote names no candidate of the contest, or the votes are tied without the recommendation.
    """
    took_part = {standing.candidate for standing in contest.standings}
    for vote in votes:
        if vote.candidate not in took_part:
            raise NotComparable(
                f"{vote.who} voted for {vote.candidate}, which took no part in {contest.contest}",
                mend=f"one of: {', '.join(sorted(took_part))}",
            )
    recommended = cost.recommended if cost is not None and cost.over else contest.recommended
    aside = f"the best within the budgets; {contest.recommended} is over budget"
    counted = Counter(vote.candidate for vote in votes)
    most = max(counted.values(), default=0)
    leading = {name for name, count in counted.items() if count == most} or {recommended}
    if len(leading) > 1 and recommended not in leading:
        tied = ", ".join(sorted(leading))
        raise NotComparable(f"the votes are tied between {tied}", mend="add the vote of one more person")
    chosen = recommended if recommended in leading else leading.pop()
    if not chosen:
        raise NotComparable(
            "the contest recommends no candidate and there are no votes", mend="vote, or keep the incumbent"
        )
    return ChoiceRecord(
        contest=contest.contest,
        chosen=chosen,
        criteria=tuple(criteria),
        votes=tuple(votes),
        dissent=tuple(vote for vote in votes if vote.candidate != chosen),
        reason="by vote" if votes else contest.reason if recommended == contest.recommended else aside,
    )
