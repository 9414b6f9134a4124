"""Four opinions, each scaled to at most one, added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import msgspec
import numpy as np

from starcase.systems.recommend.arrays import AnyArray, FloatArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.linear import LinearScorer
from starcase.systems.recommend.scoring.model_files import array_bytes, array_of, below, packed, under, unpacked
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer

STATE, POPULAR, LINEAR, WORDS = "blend.json", "recent.npy", "ease", "content"


class BlendState(msgspec.Struct, frozen=True):
    """What each opinion counts beside that of the linear model; ``words`` says whether items have any."""

    own: float
    recent: float
    content: float
    half_life: float
    words: bool


class BlendScorer:
    """The linear model's scores, the own past, what is recently popular, and words, added up.

    Args:
        state: what each counts.
        linear: an item-to-item model.
        content: neighbours by words; not asked where items have none.
        popular: (n_items,) how often each was taken lately.
    """

    def __init__(
        self, state: BlendState, linear: LinearScorer, content: NeighbourScorer | None, popular: FloatArray
    ) -> None:
        self.state = state
        self.linear = linear
        self.content = content
        self.popular = popular
        self._recent = state.recent * _scaled(popular)

    def scores(self, history: History, /) -> AnyArray:
        """The weighted sum."""
        scores = self._recent + _scaled(self.linear.scores(history))
        if self.content is not None and self.state.content:
            scores += self.state.content * _scaled(self.content.scores(history))
        if len(history):
            scores[history.distinct] += self.state.own * _scaled(history.strengths(self.state.half_life))
        return scores

    def files(self) -> Mapping[str, bytes]:
        """The parts, each under its name."""
        words = under(WORDS, self.content.files()) if self.content is not None else {}
        return {
            STATE: packed(self.state),
            POPULAR: array_bytes(self.popular),
            **under(LINEAR, self.linear.files()),
            **words,
        }

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        state = unpacked(files, STATE, BlendState)
        content = NeighbourScorer.of(below(files, WORDS)) if state.words else None
        return cls(state, LinearScorer.of(below(files, LINEAR)), content, array_of(files, POPULAR))


def _scaled(scores: AnyArray) -> FloatArray:
    return np.asarray(scores / max(1e-12, float(scores.max(initial=0.0))), dtype=np.float64)
