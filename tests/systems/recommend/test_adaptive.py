"""The adaptive recommender logs its source and propensity, and learns to show what users take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.systems.recommend.cases import DAY, case_of, purchases

from starcase.contract.case_spec import CandidateSpec, Case
from starcase.contract.model import LearningExample, OnlineModel
from starcase.contract.request import Answer, Request
from starcase.errors import ArtefactError, CaseFileError
from starcase.evidence import Outcome
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.adaptive.candidate import AdaptiveCandidate
from starcase.systems.recommend.adaptive.model import FALLBACK, AdaptiveRecommender
from starcase.testing import check_candidate, check_learning, check_model

SYSTEM = RecommendSystem()
SOURCES = "item_knn recent_popularity"


def candidate_of(folder: Path, **parameters: object) -> tuple[Case, AdaptiveCandidate]:
    given: dict[str, Any] = {"sources": SOURCES, **parameters}
    case = case_of(folder, purchases(), candidates=(CandidateSpec(name="adaptive", parameters=given),))
    (found,) = SYSTEM.candidates(case)
    assert isinstance(found, AdaptiveCandidate)
    return case, found


def fitted(folder: Path, **parameters: object) -> tuple[AdaptiveRecommender, Sequence[Request]]:
    case, candidate = candidate_of(folder, **parameters)
    dataset = SYSTEM.load(case)
    (fold,) = dataset.folds(count=1)
    return candidate.fit(dataset.train(fold), rng=np.random.default_rng(0)), dataset.requests(fold)


def content(answer: Answer) -> Mapping[str, Any]:
    assert isinstance(answer.content, Mapping)
    return answer.content


def taught(model: AdaptiveRecommender, requests: Sequence[Request], loved: str, days: range) -> None:
    """All users take what one source shows, and nothing else."""
    for day in days:
        for request in requests:
            again = Request(f"{request.id}:{day}", request.unit, request.at + day * DAY * 1_000_000, request.features)
            (answer,) = model.decide([again])
            taken = float(content(answer)["source"] == loved)
            model.learn([LearningExample(again, answer, Outcome(again.id, "taken", taken, again.at))])


@pytest.mark.parametrize("policy", ["thompson", "linucb"])
def test_it_keeps_the_contracts_of_a_candidate_and_of_a_model(tmp_path: Path, policy: str) -> None:
    case, candidate = candidate_of(tmp_path, policy=policy)
    dataset = SYSTEM.load(case)
    (fold,) = dataset.folds(count=1)
    check_candidate(candidate, lambda: dataset.train(fold), dataset.requests(fold))
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    check_model(model, dataset.requests(fold))
    assert isinstance(model, OnlineModel)
    files = candidate.save(model)
    check_learning(lambda: candidate.load(files), dataset.requests(fold), "taken")


@pytest.mark.parametrize("policy", ["thompson", "linucb"])
def test_every_answer_holds_source_propensity_and_alternatives(tmp_path: Path, policy: str) -> None:
    model, requests = fitted(tmp_path, policy=policy, floor=0.2)
    taught(model, requests, "item_knn", range(3))
    for answer in map(content, model.decide(requests)):
        chances = answer["chances"]
        assert set(chances) == set(SOURCES.split())
        assert sum(chances.values()) == pytest.approx(1.0)
        assert min(chances.values()) >= 0.1 - 1e-12
        assert answer["propensity"] == chances[answer["source"]]
        assert answer["policy"] == policy
        assert answer["learned"] == model.policy.n == 3 * len(requests)
        assert answer["catalogue"]
        assert answer["segment"]


@pytest.mark.parametrize("policy", ["thompson", "linucb"])
def test_it_learns_the_taken_source_and_follows_a_change(tmp_path: Path, policy: str) -> None:
    model, requests = fitted(tmp_path, policy=policy, half_life=2.0)
    taught(model, requests, "item_knn", range(10))
    assert shares(model, requests)["item_knn"] > 0.85
    taught(model, requests, "recent_popularity", range(10, 40))
    assert shares(model, requests)["recent_popularity"] > 0.6


def shares(model: AdaptiveRecommender, requests: Sequence[Request]) -> dict[str, float]:
    asked = [Request(f"{r.id}/{i}", r.unit, r.at, r.features) for r in requests for i in range(10)]
    seen = Counter(content(answer)["source"] for answer in model.decide(asked))
    return {name: count / len(asked) for name, count in seen.items()}


def test_a_user_without_history_gets_the_fallback_and_nothing_is_learnt(tmp_path: Path) -> None:
    model, _ = fitted(tmp_path)
    stranger = Request("new", "nobody", 0, {})
    (answer,) = model.decide([stranger])
    assert content(answer)["source"] == FALLBACK
    assert content(answer)["propensity"] == 1.0
    assert content(answer)["items"]
    model.learn([LearningExample(stranger, answer, Outcome("new", "taken", 1.0, 1))])
    assert model.policy.n == 0


def test_outcomes_of_another_name_are_ignored(tmp_path: Path) -> None:
    model, requests = fitted(tmp_path)
    (answer,) = model.decide(requests[:1])
    model.learn([LearningExample(requests[0], answer, Outcome(requests[0].id, "simulated_return", 1.0, 1))])
    assert model.policy.n == 0
    model.learn([LearningExample(requests[0], answer, Outcome(requests[0].id, "simulated_taken", 1.0, 1))])
    assert model.policy.n == 1


def test_a_loaded_model_with_the_same_outcomes_gives_the_same_answers(tmp_path: Path) -> None:
    case, candidate = candidate_of(tmp_path)
    dataset = SYSTEM.load(case)
    (fold,) = dataset.folds(count=1)
    requests = dataset.requests(fold)
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    files = candidate.save(model)
    taught(model, requests, "item_knn", range(2))
    again = candidate.load(files)
    assert again.policy.n == 0
    taught(again, requests, "item_knn", range(2))
    assert list(again.decide(requests)) == list(model.decide(requests))
    other = candidate_of(tmp_path, sources="item_knn popularity")[1]
    with pytest.raises(ArtefactError, match="choose among"):
        other.load(files)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"policy": "greedy"}, "'greedy' is not a policy"),
        ({"floor": 0.0}, "`floor` must be between 0 and 1"),
        ({"sources": "item_knn"}, "at least two different sources"),
        ({"sources": "item_knn adaptive"}, "'adaptive' is not a source"),
    ],
)
def test_invalid_settings_are_refused(tmp_path: Path, parameters: dict[str, object], said: str) -> None:
    with pytest.raises(CaseFileError, match=said):
        candidate_of(tmp_path, **parameters)
