"""A blend: boosted trees of several seeds and a random forest, their log scores averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from starcase.systems.fraud.learners.boosted_trees import BoostedTrees
from starcase.systems.fraud.learners.learner import Learner
from starcase.systems.fraud.learners.random_forest import RandomForest
from starcase.systems.fraud.scoring.artefact_files import select_part_files
from starcase.systems.fraud.scoring.ensembles import BlendScorer
from starcase.systems.fraud.training import FraudTrainingSet

FOREST = "forest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """An average of several models; calibration turns the mean back into a probability.

    Args:
        boosters: how many boosted models, each with a seed and a sample of its own.
        trees: of each of them.
        leaves: of each tree.
        learning_rate: shrinkage of each tree.
        forest: trees of the random forest; 0 for none.
        boosted_sample: legitimate rows each boosted model sees at most.
        forest_sample: legitimate rows the forest sees at most.
    """

    kind: ClassVar[str] = "blend"
    complexity: ClassVar[int] = 5
    supervised: ClassVar[bool] = True

    boosters: int = 1
    trees: int = 250
    leaves: int = 15
    learning_rate: float = 0.05
    forest: int = 100
    boosted_sample: int = 40_000
    forest_sample: int = 20_000

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> BlendScorer:
        """Fit each part on known labels."""
        parts = self._create_parts()
        draws = rng.spawn(len(parts))
        return BlendScorer(
            {name: part.learn(train, own) for (name, part), own in zip(parts.items(), draws, strict=True)}
        )

    def search(self, rng: np.random.Generator) -> Self:
        """The same parameters: averaging replaces the tuning of the parts, and a blend is slow to fit."""
        del rng
        return self

    def load(self, files: Mapping[str, bytes]) -> BlendScorer:
        """Each part from the files under its name."""
        names = sorted({name.partition("/")[0] for name in files})
        kinds: Mapping[str, Learner] = {FOREST: RandomForest()}
        return BlendScorer(
            {name: kinds.get(name, BoostedTrees()).load(select_part_files(files, name)) for name in names}
        )

    def _create_parts(self) -> Mapping[str, Learner]:
        boosted = BoostedTrees(
            trees=self.trees, leaves=self.leaves, learning_rate=self.learning_rate, legit_sample=self.boosted_sample
        )
        parts: dict[str, Learner] = {f"boosted-{number}": boosted for number in range(self.boosters)}
        if self.forest:
            parts[FOREST] = RandomForest(trees=self.forest, legit_sample=self.forest_sample)
        return parts
