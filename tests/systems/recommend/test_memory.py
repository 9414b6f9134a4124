"""The predicted memory of a fit is checked before fitting and is close to the measured peak."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.recommend.simulated import taken
from tests.systems.recommend.cases import case_of, purchases

from starcase.errors import DataError
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.candidates import LEARNERS
from starcase.systems.recommend.learners.ease import Ease
from starcase.systems.recommend.learners.learner import RecommendLearner
from starcase.systems.recommend.learners.neighbours import ItemNeighbours
from starcase.systems.recommend.learners.popularity import Popularity
from starcase.systems.recommend.learners.reranker import Reranker


@pytest.mark.parametrize("learner", [Popularity(), ItemNeighbours(), Ease()])
def test_the_peak_of_a_fit_stays_near_what_was_predicted(learner: RecommendLearner) -> None:
    train = taken(1_500, 2_500)
    predicted = learner.estimate_bytes(train)
    tracemalloc.start()
    learner.learn(train, np.random.default_rng(0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.5 * predicted <= peak <= 1.2 * predicted


@pytest.mark.parametrize("kind", sorted(set(LEARNERS) - {"adaptive"}))
def test_every_learner_above_the_limit_is_refused_with_an_alternative(kind: str, tmp_path: Path) -> None:
    learner = LEARNERS[kind]()
    dataset = RecommendSystem().load(case_of(tmp_path, purchases()))
    train = replace(dataset.train(dataset.folds(count=1)[0]), memory_mb=1e-6)
    with pytest.raises(DataError) as error:
        RecommendCandidate(name=kind, learner=learner).fit(train, rng=np.random.default_rng(0))
    assert learner.smaller in str(error.value)
    assert "would need about" in str(error.value)


def test_the_reranker_omits_a_linear_model_that_is_too_large() -> None:
    train = taken(1_500, 2_500)
    allowed = Ease().estimate_bytes(train) / 1e6
    assert Reranker().estimate_bytes(replace(train, memory_mb=allowed)) < Reranker().estimate_bytes(train)
    assert Reranker().describe_omission(train) == ""
    assert Reranker().describe_omission(replace(train, memory_mb=allowed)).startswith("without the linear model")
