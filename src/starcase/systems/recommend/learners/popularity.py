"""The trivial baselines that every recommender has to beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.memory import estimate_counts_bytes
from starcase.systems.recommend.scoring.popularity import OwnHistoryScorer, PopularityScorer
from starcase.systems.recommend.training import TrainingSet
from starcase.tables.clock import DAY

SLIGHT = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Popularity:
    """All-time popularity; ties go to the more recently popular item.

    Args:
        by_user: whether each user counts once for an item, or each time it was taken.
    """

    kind: ClassVar[str] = "popularity"
    complexity: ClassVar[int] = 0
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {"by_user": (False, True)}
    smaller: ClassVar[str] = "fewer interactions"

    by_user: bool = True

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The interaction matrix."""
        return estimate_counts_bytes(train)

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> PopularityScorer:
        """Count the users of each item, or the times it was taken."""
        del rng
        counts, lately = train.count_since(int(train.at[0]), by_user=self.by_user), train.count_recent()
        return PopularityScorer(counts + SLIGHT * lately / max(1.0, float(lately.max(initial=0.0))))

    def load(self, files: Mapping[str, bytes]) -> PopularityScorer:
        """The scorer from its array."""
        return PopularityScorer.from_files(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentPopularity:
    """Recent popularity.

    Args:
        days: length of the period; 0 for the ``recent`` of the case.
        by_user: whether each user counts once for an item, or each time it was taken.
    """

    kind: ClassVar[str] = "recent_popularity"
    complexity: ClassVar[int] = 0
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {"days": (7.0, 14.0, 60.0, 90.0), "by_user": (False, True)}
    smaller: ClassVar[str] = "fewer interactions"

    days: float = 0.0
    by_user: bool = False

    def estimate_bytes(self, train: TrainingSet) -> float:
        """One count for each item."""
        return 24.0 * len(train.items)

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> PopularityScorer:
        """Count the interactions or users of each item within ``days``."""
        del rng
        back = int(self.days * DAY) or train.recent
        return PopularityScorer(train.count_since(train.end - back, by_user=self.by_user))

    def load(self, files: Mapping[str, bytes]) -> PopularityScorer:
        """The scorer from its array."""
        return PopularityScorer.from_files(files)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHistory:
    """The user's most frequent items; ties go to the item taken last.

    Args:
        half_life: days after which a past item counts half; 0 for never.
    """

    kind: ClassVar[str] = "own_history"
    complexity: ClassVar[int] = 1
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {"half_life": (15.0, 30.0, 60.0, 120.0, 240.0)}
    smaller: ClassVar[str] = "fewer interactions"

    half_life: float = 0.0

    def estimate_bytes(self, train: TrainingSet) -> float:
        """One count for each item."""
        return 24.0 * len(train.items)

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> OwnHistoryScorer:
        """Count the popularity, for users with a short history."""
        del rng
        return OwnHistoryScorer(train.count_recent(), self.half_life)

    def load(self, files: Mapping[str, bytes]) -> OwnHistoryScorer:
        """The scorer from its array."""
        return OwnHistoryScorer.from_files(files)
