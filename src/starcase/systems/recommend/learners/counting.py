"""The trivial answers every recommender has to beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from starcase.systems.recommend.scoring.popular import OwnHistoryScorer, PopularityScorer
from starcase.systems.recommend.training import TrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Popularity:
    """What most users have taken, whenever."""

    kind: ClassVar[str] = "popularity"
    complexity: ClassVar[int] = 0
    needs: ClassVar[str] = ""

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> PopularityScorer:
        """The number of users of each item."""
        del rng
        return PopularityScorer(train.takers())

    def search(self, rng: np.random.Generator) -> Self:
        """There is nothing to search."""
        del rng
        return self

    def load(self, files: Mapping[str, bytes]) -> PopularityScorer:
        """The scorer from its array."""
        return PopularityScorer.of(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPopularity:
    """What has been taken most lately."""

    kind: ClassVar[str] = "recent_popularity"
    complexity: ClassVar[int] = 0
    needs: ClassVar[str] = ""

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> PopularityScorer:
        """The number of interactions of each item within ``recent``."""
        del rng
        return PopularityScorer(train.recently())

    def search(self, rng: np.random.Generator) -> Self:
        """There is nothing to search."""
        del rng
        return self

    def load(self, files: Mapping[str, bytes]) -> PopularityScorer:
        """The scorer from its array."""
        return PopularityScorer.of(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHistory:
    """What the user has taken most often."""

    kind: ClassVar[str] = "own_history"
    complexity: ClassVar[int] = 1
    needs: ClassVar[str] = ""

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> OwnHistoryScorer:
        """What is popular, for users with a short past."""
        del rng
        return OwnHistoryScorer(train.recently())

    def search(self, rng: np.random.Generator) -> Self:
        """There is nothing to search."""
        del rng
        return self

    def load(self, files: Mapping[str, bytes]) -> OwnHistoryScorer:
        """The scorer from its array."""
        return OwnHistoryScorer.of(files)
