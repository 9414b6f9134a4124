"""A learner as a candidate of a contest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from starcase.contract.model import Model, Parameters
from starcase.errors import ArtefactError
from starcase.systems.fraud.fitting import fit, fit_ranking
from starcase.systems.fraud.learners.learner import Learner
from starcase.systems.fraud.model import FraudModel, ModelState
from starcase.systems.fraud.scoring.artefact_files import add_part_prefix, decode_state, encode_state, select_part_files
from starcase.systems.fraud.threshold import ThresholdPolicy
from starcase.systems.fraud.training import FraudTrainingSet
from starcase.tables.duration import parse_duration

STATE, SCORER = "model.json", "scorer"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSubset:
    """The features and the training history that a candidate uses.

    Args:
        features: ``"all"``, or ``"base"`` for the features in common use; see ``WindowPlan.base``.
        history: length of the training history, such as ``"60d"``; all of it when empty.
        contamination: above 0, the threshold is the score this share of the training rows reach.
    """

    features: str = "all"
    history: str = ""
    contamination: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudCandidate:
    """A learner with its feature subset and its threshold policy.

    Args:
        name: how the case calls it.
        learner: how it learns.
        policy: how its threshold is found.
        sight: what it looks at.
    """

    name: str
    learner: Learner
    policy: ThresholdPolicy
    sight: FeatureSubset = FeatureSubset()

    @property
    def complexity(self) -> int:
        """The complexity of the learner."""
        return self.learner.complexity

    @property
    def parameters(self) -> Parameters:
        """The parameters of the learner, of the feature subset and of the threshold."""
        parts: tuple[Any, ...] = (self.learner, self.sight, self.policy)
        return {part.name: getattr(one, part.name) for one in parts for part in fields(one)}

    def fit(self, train: FraudTrainingSet, /, *, rng: np.random.Generator) -> FraudModel:
        """Fit on the labels known at the end of training time; raises DataError unless both labels occur."""
        return fit(
            self.learner, self._select_training_data(train), self.policy, rng, contamination=self.sight.contamination
        )

    def fit_ranking(self, train: FraudTrainingSet, /, *, rng: np.random.Generator) -> FraudModel:
        """Fit the ranking only, without calibration and threshold; raises as ``fit``."""
        return fit_ranking(self.learner, self._select_training_data(train), rng, contamination=self.sight.contamination)

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """The state as JSON, the scorer's files below ``scorer/``."""
        if not isinstance(model, FraudModel):
            raise ArtefactError(f"a {type(model).__name__} is not a model of this system", mend="save what `fit` gave")
        return {STATE: encode_state(model.state), **add_part_prefix(SCORER, model.scorer.files())}

    def load(self, files: Mapping[str, bytes], /) -> FraudModel:
        """Load the model from the files of ``save``; its answers are bit-identical.

        Raises:
            ArtefactError: a file is missing or invalid, or holds another kind of model.
        """
        state = decode_state(files, STATE, ModelState)
        if state.kind != self.learner.kind:
            raise ArtefactError(f"the files hold a {state.kind}, and {self.name} is a {self.learner.kind}")
        return FraudModel(state, self.learner.load(select_part_files(files, SCORER)))

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[FraudCandidate]:
        """This candidate first, then versions of it with other parameters of the learner."""
        found = [self]
        for _ in range(4 * trials):
            other = replace(self, learner=self.learner.search(rng))
            if len(found) < trials and other not in found:
                found.append(other)
        return found[:trials]

    def _select_training_data(self, train: FraudTrainingSet) -> FraudTrainingSet:
        history = self.sight.history
        seen = train.where(train.at >= train.end - parse_duration(history, key="history")) if history else train
        return seen.select(train.base) if self.sight.features == "base" else seen
