"""A fitted adaptive recommender: it draws the source with known probabilities and learns from outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xxhash

from starcase.contract.logged_propensity import PROPENSITY
from starcase.contract.model import LearningExample
from starcase.contract.request import Answer, Json, Request
from starcase.inference.policies import draw_action
from starcase.systems.recommend.adaptive.state import AdaptiveState
from starcase.systems.recommend.arrays import FloatArray
from starcase.systems.recommend.environment import OUTCOME as TAKEN
from starcase.systems.recommend.history import FEATURE, History, history_of
from starcase.systems.recommend.model import RANK, Recommender
from starcase.systems.recommend.simulated_users import OUTCOME as SIMULATED

LEARNT_FROM = frozenset({TAKEN, SIMULATED})
FALLBACK = "fallback"
FAR = 3.0


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A drawn source with all probabilities, the user's segment, the expected value and the number of outcomes."""

    source: str
    chances: FloatArray
    segment: str
    expected: float
    learned: int


class AdaptiveRecommender:
    """A recommender that shows the list of one source, drawn by a policy that learns for each segment.

    The draw depends only on the request's id, so that a decision can be repeated from the log. Every answer names the
    source, its probability, the probability of every other source, and how many outcomes had
    been learnt from by then. A user without a history is always shown the fallback, and nothing is learnt from it.

    Args:
        state: how a source is chosen.
        sources: fitted recommenders over one catalogue, by name.
    """

    def __init__(self, state: AdaptiveState, sources: Mapping[str, Recommender]) -> None:
        self.state = state
        self.sources = sources
        self.policy = state.beginning
        self._segments = state.divided.segments
        first = sources[state.sources[0]]
        self._places = {item: place for place, item in enumerate(first.state.items)}
        self._catalogue = first.catalogue

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer a request, in order; raises DataError where a history cannot be read."""
        return [self._decide_one(request) for request in requests]

    def learn(self, told: Sequence[LearningExample], /) -> None:
        """Update the policy with the outcomes of shown lists."""
        for one in told:
            content = one.answer.content
            source = content.get("source") if isinstance(content, Mapping) else None
            if one.outcome.name in LEARNT_FROM and source in self.state.sources:
                x, _ = self._build_context(self._read_history(one.request))
                action = self.state.sources.index(str(source))
                self.policy = self.policy.learn(x, action, one.outcome.value, at=one.outcome.at)

    def _decide_one(self, request: Request) -> Answer:
        history = self._read_history(request)
        if not len(history):
            return self._build_answer(
                request, history, SourceChoice(FALLBACK, np.ones(1), "no past", 0.0, self.policy.n)
            )
        policy = self.policy  # another thread may update the policy at the same time
        x, segment = self._build_context(history)
        chances = policy.probabilities(x)
        action = draw_action(chances, _draw_uniform(self.state.seed, request.id))
        drawn_with = SourceChoice(
            self.state.sources[action], chances, segment, float(policy.predict_rewards(x)[action]), policy.n
        )
        return self._build_answer(request, history, drawn_with)

    def _build_answer(self, request: Request, history: History, drawn_with: SourceChoice) -> Answer:
        source, chances = drawn_with.source, drawn_with.chances
        named = self.state.sources if source != FALLBACK else (FALLBACK,)
        asked = self.sources[source if source != FALLBACK else self.state.sources[0]]
        places, _, fallback = asked.rank_items(history, request.unit)
        content: dict[str, Json] = {
            "items": [asked.state.items[place] for place in places],
            PROPENSITY: float(chances[named.index(source)]),
            "policy": self.state.policy,
            "source": source,
            "segment": drawn_with.segment,
            "chances": dict(zip(named, chances.tolist(), strict=True)),
            "learned": drawn_with.learned,
            "catalogue": self._catalogue,
            "candidates": len(self._places),
            "fallback": fallback,
        }
        if history.left_out:
            content["left_out"] = history.left_out
        return Answer(RANK, drawn_with.expected, content)

    def _read_history(self, request: Request) -> History:
        return history_of(request.features.get(FEATURE), self._places, request.at)

    def _build_context(self, history: History) -> tuple[FloatArray, str]:
        """Build the policy's context of a user: segment indicators, then behaviour; and the segment's name."""
        behaved = np.array([[history.ages.min(), history.baskets, len(history) / history.baskets]])
        (place,) = self._segments.place(behaved).tolist()
        member = np.zeros(len(self._segments.names))
        member[place] = 1.0
        return np.append(member, np.clip(self._segments.points(behaved)[0], -FAR, FAR)), self._segments.names[place]


def _draw_uniform(seed: int, request: str) -> float:
    return xxhash.xxh3_64_intdigest(f"{seed}:{request}".encode()) / 2.0**64
