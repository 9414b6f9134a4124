"""Served scores are the library's own, bit for bit, one row as in a batch, before and after being kept."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
import pytest
from sklearn.ensemble import IsolationForest as Estimator

from starcase.case.model import Candidate
from starcase.case.request import Request
from starcase.systems.fraud.baseline import ApproveAll
from starcase.systems.fraud.boosted import BoostedModel, LightGBM, SingleRow
from starcase.systems.fraud.dataset import Train
from starcase.systems.fraud.detectors import IsolationForest, _exported
from starcase.systems.fraud.linear import LogisticRegression
from starcase.systems.fraud.threshold import by_budget

NAMES = ("a", "b", "c", "d")


def train(n: int = 4_000) -> Train:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(n, 4))
    outcome = (rng.random(n) < 1 / (1 + np.exp(4 - 2 * features[:, 0]))).astype(float)
    features[rng.random(n) < 0.05, 1] = np.nan
    return Train(names=NAMES, features=features, outcome=outcome, at=np.arange(n))


def requests(features: np.ndarray) -> list[Request]:
    return [Request(str(i), str(i), i, dict(zip(NAMES, row.tolist(), strict=True))) for i, row in enumerate(features)]


@pytest.mark.parametrize(
    "candidate", [LogisticRegression(), LightGBM(trees=30), IsolationForest(trees=20), ApproveAll()]
)
def test_one_row_as_in_a_batch_and_kept_bit_for_bit(candidate: Candidate[Any]) -> None:
    model = candidate.fit(train(), rng=np.random.default_rng(1))
    kept = candidate.load(candidate.save(model))
    asked = requests(train().features[:200])
    together = model.decide(asked)
    assert [model.decide((request,))[0] for request in asked] == list(together)
    assert list(kept.decide(asked)) == list(together)
    assert candidate.save(kept) == candidate.save(model)
    assert list(model.decide([])) == []
    again = candidate.fit(train(), rng=np.random.default_rng(1))
    assert candidate.save(again) == candidate.save(model)


def test_the_single_row_entry_is_bit_identical_to_predict() -> None:
    model = LightGBM(trees=40).fit(train(), rng=np.random.default_rng(2))
    assert isinstance(model, BoostedModel)
    rows = np.random.default_rng(4).normal(size=(500, 4)) * 3
    rows[::7, 0], rows[::11, 1], rows[::13, 2] = np.nan, np.inf, -np.inf
    single = SingleRow(model.booster)
    theirs = lightgbm.Booster(model_str=model.text).predict(rows, num_threads=1)
    assert [single.predict(row) for row in rows] == np.asarray(theirs).tolist()


def test_the_exported_forest_scores_as_scikit_learn_does() -> None:
    rows = np.nan_to_num(train().features)
    estimator = Estimator(n_estimators=30, random_state=5).fit(rows)
    ours = _exported(NAMES, estimator.estimators_, int(estimator.max_samples_)).scores(rows)
    np.testing.assert_allclose(ours, -estimator.score_samples(rows), rtol=1e-9)


def test_the_budget_is_never_exceeded() -> None:
    scores = np.array([0.9, 0.9, 0.9, 0.1])
    assert np.mean(scores >= by_budget(scores, 0.5)) <= 0.5
    assert np.mean(scores >= by_budget(scores, 0.75)) == pytest.approx(0.75)
    assert not np.any(scores >= by_budget(scores, 0.1))


def test_an_anomaly_detector_blocks_its_guessed_contamination() -> None:
    model = IsolationForest(trees=20, contamination=0.1).fit(train(), rng=np.random.default_rng(1))
    blocked = np.mean([answer.action == "block" for answer in model.decide(requests(train().features[3_000:]))])
    assert blocked == pytest.approx(0.1, abs=0.001)
