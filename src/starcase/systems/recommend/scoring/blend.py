"""The weighted sum of four scorers, each scaled to at most 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import msgspec
import numpy as np

from starcase.systems.recommend.arrays import AnyArray, FloatArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.linear import ItemLinearScorer
from starcase.systems.recommend.scoring.model_files import (
    add_prefix,
    decode_array,
    decode_struct,
    encode_array,
    encode_struct,
    select_part,
)
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer

STATE, POPULAR, LINEAR, WORDS = "blend.json", "recent.npy", "ease", "content"


class BlendState(msgspec.Struct, frozen=True):
    """The weight of each scorer relative to the linear model; ``words`` says whether items have texts."""

    own: float
    recent: float
    content: float
    half_life: float
    words: bool


class HybridBlendScorer:
    """The sum of the linear model, the user's own history, recent popularity and content.

    Args:
        state: the weights.
        linear: an item-to-item model.
        content: neighbours by text; not used where items have none.
        popular: (n_items,) how often each was taken lately.
    """

    def __init__(
        self, state: BlendState, linear: ItemLinearScorer, content: NeighbourScorer | None, popular: FloatArray
    ) -> None:
        self.state = state
        self.linear = linear
        self.content = content
        self.popular = popular
        self._recent = state.recent * _scale_scores(popular)

    def scores(self, history: History, /) -> AnyArray:
        """The weighted sum."""
        scores = self._recent + _scale_scores(self.linear.scores(history))
        if self.content is not None and self.state.content:
            scores += self.state.content * _scale_scores(self.content.scores(history))
        if len(history):
            scores[history.distinct] += self.state.own * _scale_scores(history.strengths(self.state.half_life))
        return scores

    def files(self) -> Mapping[str, bytes]:
        """The parts, each under its name."""
        words = add_prefix(WORDS, self.content.files()) if self.content is not None else {}
        return {
            STATE: encode_struct(self.state),
            POPULAR: encode_array(self.popular),
            **add_prefix(LINEAR, self.linear.files()),
            **words,
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        state = decode_struct(files, STATE, BlendState)
        content = NeighbourScorer.from_files(select_part(files, WORDS)) if state.words else None
        return cls(
            state, ItemLinearScorer.from_files(select_part(files, LINEAR)), content, decode_array(files, POPULAR)
        )


def _scale_scores(scores: AnyArray) -> FloatArray:
    return np.asarray(scores / max(1e-12, float(scores.max(initial=0.0))), dtype=np.float64)
