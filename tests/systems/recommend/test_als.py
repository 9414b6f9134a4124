from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.contract.request import Request
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.environment import list_items
from starcase.systems.recommend.learners.als import ImplicitAls
from starcase.systems.recommend.model import Recommender

pytestmark = pytest.mark.skipif(find_spec("implicit") is None, reason="the extra `implicit` is not installed")
DAY = 86_400_000_000
SMALL = RecommendCandidate(name="als", learner=ImplicitAls(factors=8, iterations=5))


def fitted(folder: Path, seed: int = 0) -> Recommender:
    dataset = RecommendSystem().load(case_of(folder, purchases()))
    return SMALL.fit(dataset.train(dataset.folds(count=1)[0]), rng=np.random.default_rng(seed))


def shown(model: Recommender, history: str) -> list[str]:
    return list_items(model.decide([Request("r", "somebody", 200 * DAY, {"history": history, "past": 1})])[0])


def test_als_recovers_planted_tastes(tmp_path: Path) -> None:
    model = fitted(tmp_path)
    for taste in range(4):
        history = f'[[5,["i{taste:02d}","i{taste + 4:02d}"]]]'
        of_taste = [item for item in shown(model, history) if int(item[1:]) % 4 == taste]
        assert len(of_taste) >= 6


def test_a_new_interaction_counts_at_the_next_request(tmp_path: Path) -> None:
    model = fitted(tmp_path)
    assert shown(model, '[[5,["i00"]]]') != shown(model, f'[[5,["i00"]],[{199 * DAY},["i01","i05"]]]')


def test_the_same_seed_gives_the_same_model_and_another_seed_another_one(tmp_path: Path) -> None:
    first, again, other = (SMALL.save(fitted(tmp_path, seed)) for seed in (0, 0, 1))
    assert first == again
    assert first != other
