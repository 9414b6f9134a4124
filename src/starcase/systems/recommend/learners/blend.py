"""A one-stage hybrid: a weighted sum of four scorers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from starcase.systems.recommend.learners.content import Content
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.scoring.blend import BlendState, HybridBlendScorer
from starcase.systems.recommend.training import TrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridBlend:
    """The linear model with the user's own history, recent popularity, and content.

    Args:
        own: weight of the user's own history relative to the linear model.
        recent: weight of recent popularity.
        content: weight of content similarity.
        half_life: days after which a past item counts half; 0 for never.
        l2: ridge of the linear model.
    """

    kind: ClassVar[str] = "blend"
    complexity: ClassVar[int] = 4
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {
        "own": (0.5, 1.0, 2.0), "recent": (0.0, 0.1, 0.3, 1.0, 3.0), "content": (0.0, 0.1, 0.3, 0.5),
        "half_life": (60.0, 120.0, 240.0), "l2": (100.0, 200.0, 500.0),
    }  # fmt: skip
    smaller: ClassVar[str] = "reranker, which can do without the full linear model, or item_knn"

    own: float = 2.0
    recent: float = 0.3
    content: float = 0.3
    half_life: float = 120.0
    l2: float = 500.0

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> HybridBlendScorer:
        """Fit the linear model, the content neighbours and the counts."""
        words = any(train.texts)
        return HybridBlendScorer(
            BlendState(self.own, self.recent, self.content, self.half_life, words),
            Ease(l2=self.l2, half_life=self.half_life, own=0.0).learn(train, rng),
            Content(half_life=self.half_life, own=0.0).learn(train, rng) if words else None,
            train.count_recent(),
        )

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The memory of the linear model, or of the content model and the kept weights."""
        return max(Ease().estimate_bytes(train), Ease.estimate_model_bytes(train) + Content().estimate_bytes(train))

    def load(self, files: Mapping[str, bytes]) -> HybridBlendScorer:
        """The scorer from its files."""
        return HybridBlendScorer.from_files(files)
