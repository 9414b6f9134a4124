"""A fitted recommender: a user's history to the best items of the whole catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import xxhash

from starcase.contract.logged_propensity import PROPENSITY
from starcase.contract.request import Answer, Json, Request
from starcase.systems.recommend.arrays import AnyArray, IntArray
from starcase.systems.recommend.history import FEATURE, History, history_of
from starcase.systems.recommend.ranking import match_sorted, select_best, select_from_pool
from starcase.systems.recommend.scoring.scorer import ItemScorer, PoolScorer
from starcase.systems.recommend.threads import limit_blas_threads

RANK = "rank"
NO_PAST = "no known past: what is recently popular"
NOTHING_LEFT = "every item of the catalogue has been taken"


class RecommenderState(msgspec.Struct, frozen=True):
    """The state of a model without its scorers.

    ``kind`` names the learner; ``items`` is the catalogue in the scorers' order; ``repeat`` says whether an item the
    user has taken may be recommended again.
    """

    kind: str
    items: tuple[str, ...]
    length: int
    repeat: bool


class Recommender:
    """A recommender over the whole catalogue; users without a history get recent popularity, and the answer says so.

    Args:
        state: catalogue and task.
        scorer: the past to scores.
        fallback: for users without a history.
    """

    def __init__(self, state: RecommenderState, scorer: ItemScorer, fallback: ItemScorer) -> None:
        limit_blas_threads()
        self.state = state
        self.scorer = scorer
        self.fallback = fallback
        self._pooled = scorer if isinstance(scorer, PoolScorer) else None
        self._places = {item: place for place, item in enumerate(state.items)}
        self.catalogue = xxhash.xxh3_64_hexdigest("\n".join(state.items).encode())

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer for each request, in order; raises DataError where a history or a score is invalid."""
        return [self._decide_one(request) for request in requests]

    def rank_items(self, history: History, unit: str) -> tuple[list[int], AnyArray, str]:
        """Return the indices of the recommended items, best first, their scores, and the fallback used, if any."""
        known = len(history) > 0
        turn = xxhash.xxh3_64_intdigest(unit.encode()) % max(1, len(self.state.items))
        if known and self._pooled is not None:
            places, scores = self._rank_pool(*self._pooled.score_pool(history), history, turn)
        else:
            scores = (self.scorer if known else self.fallback).scores(history)
            if not self.state.repeat:
                scores[history.distinct] = -np.inf
            places = select_best(scores, self.state.length, turn)
            scores = scores[places]
        fallback = "" if known else NO_PAST
        return places.tolist(), scores, fallback if places.size else NOTHING_LEFT

    def _rank_pool(self, pool: IntArray, scores: AnyArray, history: History, turn: int) -> tuple[IntArray, AnyArray]:
        if not self.state.repeat:
            taken, _ = match_sorted(pool, history.distinct)
            pool, scores = pool[~taken], scores[~taken]
        order = select_from_pool(pool, scores, self.state.length, turn, len(self.state.items))
        return pool[order], scores[order]

    def _decide_one(self, request: Request) -> Answer:
        history = history_of(request.features.get(FEATURE), self._places, request.at)
        places, scores, fallback = self.rank_items(history, request.unit)
        content: dict[str, Json] = {
            "items": [self.state.items[place] for place in places],
            PROPENSITY: 1.0,
            "policy": self.state.kind,
            "catalogue": self.catalogue,
            "candidates": len(self.state.items),
            "fallback": fallback,
        }
        if history.left_out:
            content["left_out"] = history.left_out
        return Answer(RANK, float(scores[0]) if places else 0.0, content)
