"""A two-stage hybrid, fitted on what users took after several moments inside training time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from starcase.errors import DataError
from starcase.systems.recommend.arrays import FloatArray, IntArray
from starcase.systems.recommend.learners.content import Content
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.memory import MB
from starcase.systems.recommend.ranking import match_sorted
from starcase.systems.recommend.scoring.candidate_sources import FEATURES, CandidateSources, SourcesState
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer
from starcase.systems.recommend.scoring.quick_scorer import QuickScorer
from starcase.systems.recommend.scoring.reranker import RerankedScorer
from starcase.systems.recommend.training import TrainingSet
from starcase.tables.clock import DAY

YEAR, HALF_YEAR = 365 * DAY, 182 * DAY
NEAR = 100
POOLS, COPIES = 2.0, 2.2
Lesson = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reranker:
    """Candidates from a linear model, neighbours, own history and popularity, ranked by LightGBM's lambdarank.

    Above the case's memory limit, the neighbours replace the linear model.

    Source: Burges (2010), From RankNet to LambdaRank to LambdaMART.

    Args:
        pool: how many candidates each source gives.
        windows: number of moments inside training time with training examples.
        share: the length of each window after a moment, as a share of training time.
        users: largest number of users at each moment.
        trees: number of trees.
        leaves: leaves of each, 64 at most.
        learning_rate: shrinkage of each tree.
        l2: ridge of the linear model.
        half_life: days after which a past item counts half for linear model and neighbours.
    """

    kind: ClassVar[str] = "reranker"
    complexity: ClassVar[int] = 5
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {
        "pool": (40, 60, 100), "share": (0.05, 0.1, 0.15), "trees": (80, 120, 200), "leaves": (7, 15, 31),
        "learning_rate": (0.04, 0.08), "half_life": (60.0, 120.0, 240.0),
    }  # fmt: skip
    smaller: ClassVar[str] = "fewer `users` and `windows`, or item_knn"

    pool: int = 60
    windows: int = 3
    share: float = 0.1
    users: int = 1500
    trees: int = 120
    leaves: int = 15
    learning_rate: float = 0.08
    l2: float = 500.0
    half_life: float = 120.0

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> RerankedScorer:
        """Fit the trees and the sources; raises DataError where no window has a taken candidate."""
        words = self._fit_words(train, rng)
        lessons = [lesson for lesson in self._collect_lessons(train, words, rng) if lesson[1].any()]
        if not lessons:
            raise DataError("no user took a candidate item in the training windows", mend="use more history")
        return RerankedScorer(self._fit_sources(train, words, rng), QuickScorer(self._train_trees(lessons, rng)))

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The memory of the sources and the training examples; no linear model above the limit."""
        near, words, linear = ItemNeighbours(neighbours=NEAR), Content(), Ease()
        full = self._can_fit_linear(train)
        kept = near.estimate_model_bytes(train) + (words.estimate_model_bytes(train) if any(train.texts) else 0.0)
        fitted = max(near.estimate_bytes(train), near.estimate_model_bytes(train) + words.estimate_bytes(train),
                     kept + linear.estimate_bytes(train) if full else 0.0)  # fmt: skip
        lessons = self._estimate_lesson_bytes(train)
        return max(lessons + fitted, COPIES * lessons + kept + (linear.estimate_model_bytes(train) if full else 0.0))

    def describe_omission(self, train: TrainingSet, /) -> str:
        """Describe the omission of the linear model, where it would take more than half of the memory."""
        if self._can_fit_linear(train):
            return ""
        return "without the linear model, which would take more than half of the memory that the case allows"

    def _estimate_lesson_bytes(self, train: TrainingSet) -> float:
        own = min(2.0 * self.pool, train.counts().nnz / max(1, train.users)) if train.repeat else 0.0
        return 8.0 * len(FEATURES) * self.windows * min(self.users, train.users) * (POOLS * self.pool + own)

    @staticmethod
    def _can_fit_linear(train: TrainingSet) -> bool:
        return Ease().estimate_bytes(train) <= train.memory_mb * MB / 2

    def load(self, files: Mapping[str, bytes]) -> RerankedScorer:
        """The scorer from its files."""
        return RerankedScorer.from_files(files)

    def _fit_words(self, train: TrainingSet, rng: np.random.Generator) -> NeighbourScorer | None:
        """Fit the content neighbours once for all moments: an item's text does not change."""
        return Content(half_life=self.half_life, own=0.0).learn(train, rng) if any(train.texts) else None

    def _fit_sources(
        self, train: TrainingSet, words: NeighbourScorer | None, rng: np.random.Generator
    ) -> CandidateSources:
        near = ItemNeighbours(neighbours=NEAR, damping=0.0, half_life=self.half_life, own=0.0).learn(train, rng)
        linear = Ease(l2=self.l2, half_life=self.half_life, own=0.0)
        full = self._can_fit_linear(train)
        return CandidateSources(
            SourcesState(self.pool, train.repeat, words is not None, full),
            linear.learn(train, rng) if full else near,
            near,
            near if words is None else words,
            compute_item_features(train),
        )

    def _collect_lessons(
        self, train: TrainingSet, words: NeighbourScorer | None, rng: np.random.Generator
    ) -> Iterator[Lesson]:
        """Collect one example for each user and moment: features of each candidate, and whether it was taken."""
        length = int(self.share * (train.end - int(train.at[0])))
        for window in range(self.windows, 0, -1):
            yield from self._collect_window(train, train.end - window * length, length, words, rng)

    def _collect_window(
        self, train: TrainingSet, moment: int, length: int, words: NeighbourScorer | None, rng: np.random.Generator
    ) -> Iterator[Lesson]:
        """Collect the examples of one window; its sources are freed before the next window's are fitted."""
        known = train.before(moment)
        taken = train.before(moment + length).find_hits_since(moment)
        users = _select_known(known, np.array(sorted(taken)))
        if not users.size:
            return
        users = np.sort(rng.permutation(users)[: self.users])
        sources = self._fit_sources(known, words, rng)
        for user, history in zip(users.tolist(), known.histories(users), strict=True):
            pool, features = sources.candidates(history)
            yield features, match_sorted(pool, taken[user])[0].astype(np.float64)

    def _train_trees(self, lessons: list[Lesson], rng: np.random.Generator) -> str:
        import lightgbm  # noqa: PLC0415 - loaded when fitting

        parameters = {
            "objective": "lambdarank", "lambdarank_truncation_level": 20, "num_leaves": self.leaves,
            "learning_rate": self.learning_rate, "min_data_in_leaf": 50, "lambda_l2": 5.0, "feature_fraction": 0.7,
            "bagging_fraction": 0.8, "bagging_freq": 1, "seed": int(rng.integers(2**31 - 1)), "deterministic": True,
            "force_row_wise": True, "num_threads": 1, "verbosity": -1,
        }  # fmt: skip
        x, y = (np.concatenate([lesson[part] for lesson in lessons]) for part in (0, 1))
        data = lightgbm.Dataset(x, label=y, group=[len(lesson[1]) for lesson in lessons])
        return str(lightgbm.train(parameters, data, num_boost_round=self.trees).model_to_string())


def compute_item_features(train: TrainingSet) -> FloatArray:
    """Compute the item features, (5, n_items).

    How often it was taken lately; in the last half year; by how many users ever; the logarithm of how often in the
    ``recent`` days that began a year ago (0 where the history is shorter); days since it was first taken.
    """
    n = len(train.items)

    def count_between(since: int, until: int) -> FloatArray:
        first, last = np.searchsorted(train.at, [since, until], side="left").tolist()
        return np.bincount(train.item[first:last], minlength=n).astype(np.float64)

    begun = np.full(n, train.end, dtype=np.int64)
    np.minimum.at(begun, train.item, train.at)
    season = count_between(train.end - YEAR, train.end - YEAR + 2 * train.recent)
    return np.stack(
        [
            train.count_recent(),
            count_between(train.end - HALF_YEAR, train.end),
            train.takers(),
            np.log1p(season),
            (train.end - begun) / DAY,
        ]
    )


def _select_known(train: TrainingSet, users: IntArray) -> IntArray:
    """Select the ``users`` who have a history."""
    return np.intersect1d(users, np.unique(train.user))
