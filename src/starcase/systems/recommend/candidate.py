"""A learner as a candidate of a contest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from starcase.contract.growth import MemoryNeed
from starcase.contract.model import Model, Parameters
from starcase.errors import ArtefactError, DataError
from starcase.systems.recommend.learners.learner import MemorySavingLearner, RecommendLearner, sample_parameters
from starcase.systems.recommend.memory import MB, require_memory
from starcase.systems.recommend.model import Recommender, RecommenderState
from starcase.systems.recommend.scoring.model_files import add_prefix, decode_struct, encode_struct, select_part
from starcase.systems.recommend.scoring.popularity import PopularityScorer
from starcase.systems.recommend.scoring.scorer import IterativeScorer
from starcase.systems.recommend.threads import limit_blas_threads
from starcase.systems.recommend.training import TrainingSet

STATE, SCORER, FALLBACK = "model.json", "scorer", "fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendCandidate:
    """A learner under the name that the case gives it.

    Args:
        name: how the case calls it.
        learner: how it learns.
    """

    name: str
    learner: RecommendLearner

    @property
    def complexity(self) -> int:
        """The complexity of the learner."""
        return self.learner.complexity

    @property
    def parameters(self) -> Parameters:
        """The parameters of the learner."""
        return {part.name: getattr(self.learner, part.name) for part in fields(self.learner)}

    def fit(self, train: TrainingSet, /, *, rng: np.random.Generator) -> Recommender:
        """Fit on what was known at the end of training time; raises DataError above the case's memory limit."""
        limit_blas_threads()
        require_memory(train, self.learner.kind, self.learner.estimate_bytes(train), self.learner.smaller)
        state = RecommenderState(self.learner.kind, train.items, train.length, train.repeat)
        return Recommender(state, self.learner.learn(train, rng), PopularityScorer(train.count_recent()))

    def need(self, train: TrainingSet, /) -> MemoryNeed:
        """Return the memory that fitting needs, and the error message of ``fit`` where it is above the limit."""
        needed = self.learner.estimate_bytes(train)
        try:
            require_memory(train, self.learner.kind, needed, self.learner.smaller)
        except DataError as refusal:
            return MemoryNeed(memory_mb=needed / MB, refused=f"{refusal.what}; {refusal.mend}")
        without = self.learner.describe_omission(train) if isinstance(self.learner, MemorySavingLearner) else ""
        return MemoryNeed(memory_mb=needed / MB, without=without)

    def remark(self, model: Model, /) -> str:
        """The scorer's remark on its training."""
        scorer = model.scorer if isinstance(model, Recommender) else None
        return scorer.remark if isinstance(scorer, IterativeScorer) else ""

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """The state as JSON, the scorers' files below their names."""
        if not isinstance(model, Recommender):
            raise ArtefactError(f"a {type(model).__name__} is not a model of this system", mend="save what `fit` gave")
        return {
            STATE: encode_struct(model.state),
            **add_prefix(SCORER, model.scorer.files()),
            **add_prefix(FALLBACK, model.fallback.files()),
        }

    def load(self, files: Mapping[str, bytes], /) -> Recommender:
        """Load the model from the files of ``save``; its answers are bit-identical.

        Raises:
            ArtefactError: a file is missing or invalid, or holds another kind of model.
        """
        state = decode_struct(files, STATE, RecommenderState)
        if state.kind != self.learner.kind:
            raise ArtefactError(f"the files hold a {state.kind}, and {self.name} is a {self.learner.kind}")
        scorer = self.learner.load(select_part(files, SCORER))
        return Recommender(state, scorer, PopularityScorer.from_files(select_part(files, FALLBACK)))

    def proposals(self, trials: int, /, *, rng: np.random.Generator) -> Sequence[RecommendCandidate]:
        """This candidate first, then versions of it with parameters spread over the search space."""
        found = [self]
        for given in sample_parameters(self.learner.space, trials - 1, rng) if self.learner.space else ():
            other = replace(self, learner=replace(self.learner, **given))
            if other not in found:
                found.append(other)
        return found
