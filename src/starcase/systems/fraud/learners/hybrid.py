"""A hybrid: boosted trees with an anomaly detector's score as an additional feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from starcase.compute.part_cache import cache_part
from starcase.errors import CaseFileError
from starcase.systems.fraud.learners.boosted_trees import BoostedTrees
from starcase.systems.fraud.learners.empirical_tails import EmpiricalTails
from starcase.systems.fraud.learners.isolation_forest import IsolationForest
from starcase.systems.fraud.learners.learner import Learner, draw_value
from starcase.systems.fraud.learners.local_outliers import LocalOutliers
from starcase.systems.fraud.scoring.artefact_files import select_part_files
from starcase.systems.fraud.scoring.ensembles import HybridScorer
from starcase.systems.fraud.scoring.scorer import FraudScorer
from starcase.systems.fraud.training import FraudTrainingSet, compute_digest

DETECTORS: Mapping[str, type[IsolationForest | EmpiricalTails | LocalOutliers]] = {
    one.kind: one for one in (IsolationForest, EmpiricalTails, LocalOutliers)
}
SCORE = "anomaly score"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hybrid:
    """A detector fitted without labels, then boosted trees on the features and its score.

    Args:
        detector: ``"isolation_forest"``, ``"empirical_tails"`` or ``"local_outliers"``.
        trees: number of boosted trees.
        leaves: of each tree.
        learning_rate: shrinkage of each tree.
        legit_sample: legitimate rows the trees see at most.

    Source: Carcillo et al. (2021), Combining unsupervised and supervised learning in credit card fraud detection.
    """

    kind: ClassVar[str] = "hybrid"
    complexity: ClassVar[int] = 5
    supervised: ClassVar[bool] = True

    detector: str = IsolationForest.kind
    trees: int = 250
    leaves: int = 15
    learning_rate: float = 0.05
    legit_sample: int = 40_000

    def __post_init__(self) -> None:
        if self.detector not in DETECTORS:
            raise CaseFileError(
                f"{self.detector!r} is no detector", key="candidates", mend=f"one of: {', '.join(DETECTORS)}"
            )

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> HybridScorer:
        """Fit the detector, then the trees on known labels."""
        first, second = rng.spawn(2)
        detector, told = cache_part(
            lambda: self._fit_detector(train, first),
            lambda: (self.kind, self.detector, compute_digest(train), repr(first.bit_generator.state)),
            size=float(train.x.nbytes),
        )
        return HybridScorer(detector, self._create_judge().learn(told, second))

    def search(self, rng: np.random.Generator) -> Hybrid:
        """Other sizes and rates of the trees."""
        return replace(
            self,
            trees=int(draw_value(rng, (150, 250, 400))),
            leaves=int(draw_value(rng, (7, 15, 31))),
            learning_rate=draw_value(rng, (0.03, 0.05, 0.1)),
        )

    def load(self, files: Mapping[str, bytes]) -> HybridScorer:
        """Both parts from their files."""
        return HybridScorer(
            self._create_detector().load(select_part_files(files, HybridScorer.DETECTOR)),
            self._create_judge().load(select_part_files(files, HybridScorer.JUDGE)),
        )

    def _fit_detector(self, train: FraudTrainingSet, rng: np.random.Generator) -> tuple[FraudScorer, FraudTrainingSet]:
        """Fit the detector and add its score to the rows; no searched parameter changes the result."""
        detector = self._create_detector().learn(train, rng)
        scores = detector.rows(train.x)
        return detector, replace(train, names=(*train.names, SCORE), x=np.column_stack([train.x, scores]))

    def _create_detector(self) -> Learner:
        return DETECTORS[self.detector]()

    def _create_judge(self) -> BoostedTrees:
        return BoostedTrees(
            trees=self.trees, leaves=self.leaves, learning_rate=self.learning_rate, legit_sample=self.legit_sample
        )
