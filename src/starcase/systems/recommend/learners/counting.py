"""The trivial answers every recommender has to beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.memory import counts_bytes
from starcase.systems.recommend.scoring.popular import OwnHistoryScorer, PopularityScorer
from starcase.systems.recommend.training import TrainingSet

SLIGHT = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Popularity:
    """What most users have taken, whenever; of equals what has been taken most lately."""

    kind: ClassVar[str] = "popularity"
    complexity: ClassVar[int] = 0
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {}
    smaller: ClassVar[str] = "fewer interactions"

    def bytes_needed(self, train: TrainingSet) -> float:
        """The table of who took what."""
        return counts_bytes(train)

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> PopularityScorer:
        """The number of users of each item."""
        del rng
        lately = train.recently()
        return PopularityScorer(train.takers() + SLIGHT * lately / max(1.0, float(lately.max(initial=0.0))))

    def load(self, files: Mapping[str, bytes]) -> PopularityScorer:
        """The scorer from its array."""
        return PopularityScorer.of(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPopularity:
    """What has been taken most lately."""

    kind: ClassVar[str] = "recent_popularity"
    complexity: ClassVar[int] = 0
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {}
    smaller: ClassVar[str] = "fewer interactions"

    def bytes_needed(self, train: TrainingSet) -> float:
        """A count an item."""
        return 24.0 * len(train.items)

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> PopularityScorer:
        """The number of interactions of each item within ``recent``."""
        del rng
        return PopularityScorer(train.recently())

    def load(self, files: Mapping[str, bytes]) -> PopularityScorer:
        """The scorer from its array."""
        return PopularityScorer.of(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHistory:
    """What the user has taken most often."""

    kind: ClassVar[str] = "own_history"
    complexity: ClassVar[int] = 1
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {}
    smaller: ClassVar[str] = "fewer interactions"

    def bytes_needed(self, train: TrainingSet) -> float:
        """A count an item."""
        return 24.0 * len(train.items)

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> OwnHistoryScorer:
        """What is popular, for users with a short past."""
        del rng
        return OwnHistoryScorer(train.recently())

    def load(self, files: Mapping[str, bytes]) -> OwnHistoryScorer:
        """The scorer from its array."""
        return OwnHistoryScorer.of(files)
