"""Replay of history as live traffic: each basket is a request, and its items are the outcome.

The past is fixed: users who had been shown other items might have taken other items. A replay shows that
a model is fast enough and available; only an experiment can show that it changes what users take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starcase.contract.request import Answer, Request
from starcase.evidence.decisions import Outcome
from starcase.systems.recommend.visits import Visits

OUTCOME = "taken"


class RecommendEnvironment:
    """Replays the baskets of a dataset in event time.

    Args:
        visits: the history.
    """

    def __init__(self, visits: Visits) -> None:
        self._visits = visits
        self.foreseen = True

    def arrivals(self, since: int, until: int) -> Iterator[Request]:
        """One request for each basket of ``[since, until)``, in order, with the user's history before it."""
        for basket in self._visits.between(since, until):
            yield self._visits.request(basket)

    def outcome(self, request: Request, served: Answer) -> Outcome | None:
        """1 where one of the first `length` items was taken, else 0; None where the basket has no targets."""
        targets = self._visits.find_targets(int(request.id[1:]))
        if not targets:
            return None
        hit = not set(targets).isdisjoint(list_items(served)[: self._visits.options.length])
        return Outcome(request.id, OUTCOME, float(hit), request.at + self._visits.delay)


def list_items(answer: Answer) -> list[str]:
    """List the recommended items of an answer, best first; empty where it recommends nothing.

    >>> list_items(Answer("rank", 1.0, {"items": ["a", "b"]})), list_items(Answer("nothing", 0.0))
    (['a', 'b'], [])
    """
    content = answer.content
    items = content.get("items") if isinstance(content, Mapping) else None
    return [str(item) for item in items] if isinstance(items, list | tuple) else []
