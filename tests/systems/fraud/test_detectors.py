"""Detectors, hybrids and blends agree with their reference definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.neighbors import LocalOutlierFactor
from tests.systems.fraud.cases import case_of, stream
from tests.systems.fraud.test_candidates import NAMES, named

from starcase.errors import CaseFileError
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.learners.blend import Blend
from starcase.systems.fraud.learners.empirical_tails import EmpiricalTails
from starcase.systems.fraud.learners.hybrid import Hybrid
from starcase.systems.fraud.learners.isolation_forest import IsolationForest
from starcase.systems.fraud.learners.learner import Learner
from starcase.systems.fraud.learners.local_outliers import LocalOutliers
from starcase.systems.fraud.metrics import AveragePrecision
from starcase.systems.fraud.training import FraudTrainingSet
from starcase.testing import check_candidate

DETECTORS: tuple[Callable[[], Learner], ...] = (IsolationForest, EmpiricalTails, LocalOutliers)


@pytest.mark.parametrize("name", NAMES)
def test_a_candidate_passes_the_contract_check(tmp_path: Path, name: str) -> None:
    dataset = FraudSystem().load(case_of(tmp_path, stream(1_500)))
    fold = dataset.folds(count=1)[0]
    check_candidate(named(tmp_path, name), lambda: dataset.train(fold), dataset.requests(fold)[:40])


def planted(folder: Path) -> tuple[FraudTrainingSet, np.ndarray, np.ndarray]:
    """Training rows, and test rows with their labels."""
    dataset = FraudSystem().load(case_of(folder, stream()))
    fold = dataset.folds(count=1)[0]
    x = dataset.requests(fold).matrix(dataset.features.columns)
    return dataset.train(fold), x, dataset.outcomes(fold)["outcome"].fill_null(0).to_numpy()


def average_precision(scores: np.ndarray, fraud: np.ndarray) -> float:
    units = pl.DataFrame({"score": scores, "fraud": fraud})
    return float(AveragePrecision().value(units, np.ones((1, len(scores))))[0])


@pytest.mark.parametrize("make", DETECTORS)
def test_a_detector_finds_planted_anomalies_without_labels(tmp_path: Path, make: Callable[[], Learner]) -> None:
    train, x, fraud = planted(tmp_path)
    scorer = make().learn(train, np.random.default_rng(0))
    assert average_precision(scorer.rows(x), fraud) > 2 * fraud.mean()
    blind = make().learn(replace(train, y=1 - train.y), np.random.default_rng(0))
    assert dict(blind.files()) == dict(scorer.files())


def test_local_outliers_equal_the_reference_implementation(tmp_path: Path) -> None:
    train, x, _ = planted(tmp_path)
    ours = LocalOutliers(neighbours=10, reference=len(train)).learn(train, np.random.default_rng(0))
    centres, spread = train.x.mean(axis=0), train.x.std(axis=0)
    theirs = LocalOutlierFactor(n_neighbors=10, novelty=True).fit((train.x - centres) / spread)
    factor = -theirs.score_samples((x[:200] - centres) / spread)
    assert ours.rows(x[:200]) == pytest.approx(factor / (1 + factor), rel=1e-6)


def test_tails_are_counted_in_the_training_rows_only() -> None:
    values = np.array([[1.0], [2.0], [2.0], [10.0]])
    train = FraudTrainingSet(
        names=("a",),
        x=values,
        y=np.zeros(4),
        at=np.arange(4),
        amount=np.zeros(4),
        money=frozenset(),
        base=("a",),
        end=9,
    )
    scorer = EmpiricalTails(knots=100).learn(train, np.random.default_rng(0))
    asked = [0.0, 1.0, 2.0, 5.0, 10.0, 11.0, float("nan")]
    right = -np.log(np.array([1, 1, 0.75, 0.25, 0.25, 0.25]))
    left = -np.log(np.array([0.25, 0.25, 0.75, 0.75, 1, 1]))
    sums = np.append(np.maximum(left, right), 0.0)
    scale = np.median(np.maximum(left, right)[[1, 2, 2, 4]])
    assert [scorer.row([value]) for value in asked] == pytest.approx((sums / (sums + scale)).tolist())


def test_a_blend_is_the_geometric_mean_of_its_parts(tmp_path: Path) -> None:
    train, x, fraud = planted(tmp_path)
    blend = Blend(trees=20, forest=20).learn(train.select_matured(), np.random.default_rng(0))
    parts = {name: part.rows(x) for name, part in blend.parts.items()}
    assert set(parts) == {"boosted-0", "forest"}
    mean = np.exp(np.mean([np.log(np.maximum(scores, 1e-15)) for scores in parts.values()], axis=0))
    assert blend.rows(x) == pytest.approx(mean)
    assert average_precision(blend.rows(x), fraud) > 0.5


def test_a_hybrid_uses_the_score_of_its_detector(tmp_path: Path) -> None:
    train, x, fraud = planted(tmp_path)
    hybrid = Hybrid(trees=20).learn(train.select_matured(), np.random.default_rng(0))
    assert hybrid.judge.rows(np.column_stack([x, hybrid.detector.rows(x)])).tolist() == hybrid.rows(x).tolist()
    assert average_precision(hybrid.rows(x), fraud) > 0.5
    with pytest.raises(CaseFileError, match="no detector"):
        Hybrid(detector="crystal_ball")
