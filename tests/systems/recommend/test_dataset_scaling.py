"""Rescaled datasets: users and items in proportion, each user as active as before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.contract.growth import MemoryEstimator, Resizable
from starcase.contract.system import Fold
from starcase.errors import DataError
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.candidate import RecommendCandidate
from starcase.systems.recommend.dataset import RecommendDataset
from starcase.systems.recommend.learners.ease import Ease


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> RecommendDataset:
    folder = tmp_path_factory.mktemp("shop")
    return RecommendSystem().load(case_of(folder, purchases(400, 80)))


@pytest.fixture(scope="module")
def fold(shop: RecommendDataset) -> Fold:
    return shop.folds(count=1)[0]


def test_fewer_users_and_items_leave_each_user_as_active(shop: RecommendDataset, fold: Fold) -> None:
    train = shop.train(fold)
    half = shop.thinned(fold, 0.5, rng=np.random.default_rng(0))
    assert half.counts["users"] == pytest.approx(train.users / 2, abs=1)
    assert half.counts["items"] == len(train.items) / 2
    each = len(train) / train.users
    assert half.counts["interactions"] / half.counts["users"] == pytest.approx(each, rel=0.02)
    assert np.all(np.diff(half.train.at) >= 0)


def test_a_share_of_one_keeps_the_dataset(shop: RecommendDataset, fold: Fold) -> None:
    train, again = shop.train(fold), shop.thinned(fold, 1.0, rng=np.random.default_rng(0)).train
    assert sorted(again.items) == sorted(train.items)
    assert (len(again), again.users) == (len(train), train.users)
    assert np.sort(again.takers()).tolist() == np.sort(train.takers()).tolist()


def test_requests_contain_only_kept_users_and_items(shop: RecommendDataset, fold: Fold) -> None:
    few = shop.thinned(fold, 0.25, rng=np.random.default_rng(0))
    assert 0 < len(few.requests) <= 100
    model = RecommendCandidate(name="ease", learner=Ease()).fit(few.train, rng=np.random.default_rng(0))
    contents = [answer.content for answer in model.decide(few.requests)]
    assert all(isinstance(content, dict) and set(content["items"]) <= set(few.train.items) for content in contents)
    assert {content["fallback"] for content in contents if isinstance(content, dict)} == {""}


def test_more_users_and_items_keep_what_each_takes(shop: RecommendDataset, fold: Fold) -> None:
    train = shop.train(fold)
    more = shop.grown(fold, 4, rng=np.random.default_rng(0)).train
    assert (len(more), more.users, len(more.items)) == (4 * len(train), 4 * train.users, 4 * len(train.items))
    assert np.all(np.diff(more.at) >= 0)
    joined = np.bincount(more.item // 4, minlength=len(train.items))
    assert joined.tolist() == (4 * np.bincount(train.item, minlength=len(train.items))).tolist()
    pairs = len(np.unique(more.user * len(more.items) + more.item))
    assert pairs == 4 * len(np.unique(train.user * len(train.items) + train.item))


def test_a_dataset_with_too_few_users_is_refused(shop: RecommendDataset, fold: Fold) -> None:
    with pytest.raises(DataError, match="too few"):
        shop.thinned(fold, 0.01, rng=np.random.default_rng(0))


def test_a_candidate_predicts_its_memory_refusal(shop: RecommendDataset, fold: Fold) -> None:
    ease = RecommendCandidate(name="ease", learner=Ease())
    assert isinstance(shop, Resizable)
    assert isinstance(ease, MemoryEstimator)
    train = shop.train(fold)
    assert not ease.need(train).refused
    tight = ease.need(replace(train, memory_mb=0.01))
    assert tight.memory_mb == ease.need(train).memory_mb
    assert "would need about" in tight.refused
    assert "take als or item_knn" in tight.refused
