"""Who chose, on which criteria, and who disagreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from starcase.errors import NotComparable
from starcase.evidence.records import ChoiceRecord, ContestRecord, CostRecord, Vote


def choose(
    contest: ContestRecord, votes: Sequence[Vote], criteria: Sequence[str], *, cost: CostRecord | None = None
) -> ChoiceRecord:
    """The candidate with most votes; a tie of votes goes to the contest's recommendation where it is among the tied.

    Votes against the chosen one are kept word for word. Without any vote the recommendation stands; one that is over
    budget gives way to the best within the budgets.

    Raises:
        NotComparable: a vote names somebody who took no part, or the votes are tied without the recommendation.
    """
    took_part = {standing.candidate for standing in contest.standings}
    for vote in votes:
        if vote.candidate not in took_part:
            raise NotComparable(
                f"{vote.who} voted for {vote.candidate}, who took no part in {contest.contest}",
                mend=f"one of: {', '.join(sorted(took_part))}",
            )
    recommended = cost.recommended if cost is not None and cost.over else contest.recommended
    aside = f"the best within the budgets; {contest.recommended} is over budget"
    counted = Counter(vote.candidate for vote in votes)
    most = max(counted.values(), default=0)
    leading = {name for name, count in counted.items() if count == most} or {recommended}
    if len(leading) > 1 and recommended not in leading:
        raise NotComparable(f"the votes are tied between {', '.join(sorted(leading))}", mend="let one more person vote")
    chosen = recommended if recommended in leading else leading.pop()
    if not chosen:
        raise NotComparable("the contest recommends nobody and nobody voted", mend="vote, or keep the incumbent")
    return ChoiceRecord(
        contest=contest.contest,
        chosen=chosen,
        criteria=tuple(criteria),
        votes=tuple(votes),
        dissent=tuple(vote for vote in votes if vote.candidate != chosen),
        reason="by vote" if votes else contest.reason if recommended == contest.recommended else aside,
    )
