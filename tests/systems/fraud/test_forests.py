"""Forests grown by scikit-learn and served by LightGBM's engine answer as scikit-learn does."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest as TheirIsolation
from sklearn.ensemble import RandomForestClassifier

from starcase.systems.fraud.learners.isolation_forest import IsolationForest
from starcase.systems.fraud.learners.random_forest import RandomForest
from starcase.systems.fraud.scoring.booster import Booster
from starcase.systems.fraud.scoring.forest_text import FlatTree, format_forest
from starcase.systems.fraud.training import FraudTrainingSet


def training(*, missing: bool) -> FraudTrainingSet:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(1_500, 4))
    y = (x[:, 0] + rng.normal(size=1_500) > 1.5).astype(float)
    if missing:
        x[rng.random(1_500) < 0.2, 1] = np.nan
    moments = np.arange(1_500)
    names = ("a", "b", "c", "d")
    return FraudTrainingSet(names=names, x=x, y=y, at=moments, amount=x[:, 3], money=frozenset(), base=names, end=1_500)


@pytest.mark.parametrize("missing", [False, True])
def test_a_random_forest_answers_as_scikit_learn(*, missing: bool) -> None:
    train = training(missing=missing)
    seed = int(np.random.default_rng(7).integers(2**31 - 1))
    ours = RandomForest(trees=25).learn(train, np.random.default_rng(7))
    theirs = RandomForestClassifier(n_estimators=25, min_samples_leaf=2, random_state=seed)
    theirs.fit(train.x.astype(np.float32), train.y)
    assert np.array_equal(ours.rows(train.x), theirs.predict_proba(train.x)[:, 1])


def test_a_forest_on_sampled_rows_gives_the_probabilities_of_all_rows() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40_000, 4))
    y = (rng.random(40_000) < 0.02 / (1 + np.exp(-2 * x[:, 0]))).astype(float)
    train = FraudTrainingSet(
        names=("a", "b", "c", "d"), x=x, y=y, at=np.arange(40_000), amount=x[:, 3], money=frozenset(),
        base=("a",), end=40_000,
    )  # fmt: skip
    whole, part = (
        RandomForest(trees=60, smallest_leaf=50, legit_sample=sample).learn(train, rng).rows(x[:4_000]).mean()
        for sample in (40_000, 4_000)
    )
    assert abs(whole - y.mean()) < 0.003
    assert abs(part - whole) < 0.004


def test_an_isolation_forest_answers_as_scikit_learn() -> None:
    train = training(missing=False)
    seed = int(np.random.default_rng(7).integers(2**31 - 1))
    ours = IsolationForest(trees=25).learn(train, np.random.default_rng(7))
    theirs = TheirIsolation(n_estimators=25, max_samples=256, random_state=seed).fit(train.x.astype(np.float32))
    np.testing.assert_allclose(ours.rows(train.x), -theirs.score_samples(train.x.astype(np.float32)), rtol=1e-12)


def test_a_missing_value_goes_where_most_rows_went() -> None:
    train = training(missing=False)
    holed = train.x.copy()
    holed[:, 0] = np.nan
    scores = IsolationForest(trees=25).learn(train, np.random.default_rng(7)).rows(holed)
    assert np.isfinite(scores).all()
    assert abs(np.median(scores) - 0.45) < 0.1


def test_a_tree_of_one_leaf_and_a_stump_are_served() -> None:
    leaf = FlatTree(*(np.array([v]) for v in (0, 0.0, -1, -1, 0.25, False)))
    stump = FlatTree(
        np.array([1, 0, 0]), np.array([0.5, 0.0, 0.0]), np.array([1, -1, -1]), np.array([2, -1, -1]),
        np.array([0.0, 1.0, 2.0]), np.array([False, False, False]),
    )  # fmt: skip
    booster = Booster(format_forest([leaf, stump], 2), 2, raw=True)
    assert [booster.row(row) for row in ([9.0, 0.5], [9.0, 0.6], [9.0, float("nan")])] == [1.25, 2.25, 2.25]
