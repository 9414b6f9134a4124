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
    """What a candidate looks at.

    Args:
        features: ``"all"``, or ``"base"`` for what is common practice; see ``WindowPlan.base``.
        history: how far back training looks, ``"60d"``; everything when empty.
        contamination: above 0, the threshold is the score this share of the training rows reach.
    """

    features: str = "all"
    history: str = ""
    contamination: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudCandidate:
    """A way of learning, what it looks at, and how its threshold is found.

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
        """That of the learner."""
        return self.learner.complexity

    @property
    def parameters(self) -> Parameters:
        """Of the learner, of what it looks at, and of its threshold."""
        parts: tuple[Any, ...] = (self.learner, self.sight, self.policy)
        return {part.name: getattr(one, part.name) for one in parts for part in fields(one)}

    def fit(self, train: FraudTrainingSet, /, *, rng: np.random.Generator) -> FraudModel:
        """Fit on what was known at the end of training time; raises DataError where that is one kind of label only."""
        return fit(
            self.learner, self._select_training_data(train), self.policy, rng, contamination=self.sight.contamination
        )

    def fit_ranking(self, train: FraudTrainingSet, /, *, rng: np.random.Generator) -> FraudModel:
        """Fit what orders transactions, and neither calibration nor threshold; raises as ``fit``."""
        return fit_ranking(self.learner, self._select_training_data(train), rng, contamination=self.sight.contamination)

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """The state as JSON, the scorer's files below ``scorer/``."""
        if not isinstance(model, FraudModel):
            raise ArtefactError(
                f"a {type(model).__name__} is none of this system's models", mend="save what `fit` gave"
            )
        return {STATE: encode_state(model.state), **add_part_prefix(SCORER, model.scorer.files())}

    def load(self, files: Mapping[str, bytes], /) -> FraudModel:
        """The model from files that ``save`` wrote, answering bit for bit as before.

        Raises:
            ArtefactError: a file is missing, is not what it should be, or holds another kind of model.
        """
        state = decode_state(files, STATE, ModelState)
        if state.kind != self.learner.kind:
            raise ArtefactError(f"the files hold a {state.kind}, and {self.name} is a {self.learner.kind}")
        return FraudModel(state, self.learner.load(select_part_files(files, SCORER)))

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[FraudCandidate]:
        """Itself first, then versions with other parameters of the learner."""
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
