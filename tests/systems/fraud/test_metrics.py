from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from starcase.contract.model import Metric
from starcase.contract.request import Answer
from starcase.systems.fraud.metrics import (
    AveragePrecision,
    CardPrecision,
    ErrorsAtRate,
    ExpectedCost,
    FalsePositiveRate,
    FraudAlertRate,
    Recall,
    RecallAtRate,
)

METRICS: tuple[Metric, ...] = (
    AveragePrecision(),
    RecallAtRate(0.001),
    RecallAtRate(0.2),
    ErrorsAtRate(0.2),
    ExpectedCost(5.0, "EUR"),
    FraudAlertRate(),
    FalsePositiveRate(),
    Recall(),
)


def measured(metric: Metric, scores: list[float], frauds: list[int], weights: np.ndarray | None = None) -> np.ndarray:
    n = len(scores)
    answers = [Answer("block" if score > 0.5 else "approve", score) for score in scores]
    outcomes = pl.DataFrame(
        {
            "outcome": np.array(frauds, dtype=float),
            "amount": np.arange(n) + 1.0,
            "card": [str(i) for i in range(n)],
            "day": [0] * n,
        }
    )
    return metric.value(metric.per_unit(answers, outcomes), np.ones((1, n)) if weights is None else weights)


row = st.tuples(st.sampled_from([0.1, 0.2, 0.45, 0.6, 0.9]), st.integers(0, 1), st.integers(0, 3))
rows = st.lists(row, min_size=2, max_size=30)


@given(rows)
def test_average_precision_equals_scikit_learn(table: list[tuple[float, int, int]]) -> None:
    scores, frauds, weights = (list(column) for column in zip(*table, strict=True))
    if not np.dot(frauds, weights):
        return
    ours = measured(AveragePrecision(), scores, frauds, np.array([weights, [1] * len(table)], dtype=float))
    assert ours[0] == pytest.approx(average_precision_score(frauds, scores, sample_weight=weights))
    assert ours[1] == pytest.approx(average_precision_score(frauds, scores))


@settings(deadline=None)
@given(rows)
def test_a_weight_counts_as_repeated_rows(table: list[tuple[float, int, int]]) -> None:
    scores, frauds, weights = (list(column) for column in zip(*table, strict=True))
    places = np.repeat(np.arange(len(table)), weights)
    if not places.size:
        return
    answers = [Answer("block" if scores[i] > 0.5 else "approve", scores[i]) for i in range(len(table))]
    outcomes = pl.DataFrame({"outcome": np.array(frauds, dtype=float), "amount": np.arange(len(table)) + 1.0})
    for metric in METRICS:
        units = metric.per_unit(answers, outcomes)
        weighted = metric.value(units, np.array([weights], dtype=float))
        repeated = metric.value(units[places.tolist()], np.ones((1, places.size)))
        assert weighted == pytest.approx(repeated, nan_ok=True), metric.name


@given(rows)
def test_fixed_rate_metrics_equal_a_loop_over_thresholds(table: list[tuple[float, int, int]]) -> None:
    scores, frauds, _ = (np.array(column) for column in zip(*table, strict=True))
    if not 0 < frauds.sum() < len(table):
        return
    caught = 0
    for threshold in {*scores.tolist(), 2.0}:
        alerted = scores >= threshold
        if (alerted & (frauds == 0)).sum() <= 0.2 * (frauds == 0).sum():
            caught = max(caught, int((alerted & (frauds == 1)).sum()))
    recall = measured(RecallAtRate(0.2), scores.tolist(), frauds.tolist())[0]
    assert recall == pytest.approx(caught / frauds.sum())
    errors = measured(ErrorsAtRate(0.2), scores.tolist(), frauds.tolist())[0]
    assert errors == pytest.approx(1000 * (frauds.sum() - caught + 0.2 * (frauds == 0).sum()) / len(table))


def test_metric_names_contain_the_budget() -> None:
    assert RecallAtRate(0.01).name == "recall_at_1pct_fpr"
    assert ErrorsAtRate(0.001).name == "errors_at_0.1pct_fpr"
    assert CardPrecision(50).name == "card_precision_50"


def test_cost_counts_reviews_and_missed_amounts() -> None:
    cost = measured(ExpectedCost(5.0, "EUR"), [0.9, 0.1, 0.9, 0.1], [1, 1, 0, 0])[0]
    assert cost == pytest.approx(1000 * (5 + 2 + 5 + 0) / 4)


def test_metrics_without_frauds_are_undefined() -> None:
    for metric in (AveragePrecision(), RecallAtRate(0.1), ErrorsAtRate(0.1), Recall()):
        assert np.isnan(measured(metric, [0.1, 0.9], [0, 0])).all()


def test_a_score_that_is_not_a_number_makes_ranking_metrics_undefined() -> None:
    for metric in (AveragePrecision(), RecallAtRate(0.1), ErrorsAtRate(0.1)):
        assert np.isnan(measured(metric, [float("nan"), 0.9], [0, 1])).all()


def card_days(table: list[tuple[int, str, float, int]]) -> tuple[list[Answer], pl.DataFrame]:
    days, cards, scores, frauds = (list(column) for column in zip(*table, strict=True))
    answers = [Answer("approve", score) for score in scores]
    return answers, pl.DataFrame({"outcome": np.array(frauds, dtype=float), "card": cards, "day": days})


def test_card_precision_equals_a_calculation_by_hand() -> None:
    first = [(0, "a", 0.9, 0), (0, "a", 0.1, 1), (0, "b", 0.8, 0), (0, "c", 0.7, 1)]
    second = [(1, "a", 0.95, 1), (1, "c", 0.6, 1), (1, "b", 0.1, 0)]
    answers, outcomes = card_days(first + second)
    metric = CardPrecision(2)
    units = metric.per_unit(answers, outcomes)
    # day 0: cards a (compromised, by its highest score) and b; day 1: a was caught, so c and b are counted
    assert metric.value(units, np.ones((1, 7)))[0] == pytest.approx((1 / 2 + 1 / 2) / 2)


def test_card_precision_equals_a_plain_loop() -> None:
    rng = np.random.default_rng(3)
    table = [
        (int(d), f"c{rng.integers(30)}", float(rng.random()), int(rng.random() < 0.1)) for d in np.repeat(range(5), 60)
    ]
    answers, outcomes = card_days(table)
    metric = CardPrecision(10)
    units = metric.per_unit(answers, outcomes)
    caught: set[str] = set()
    daily = []
    for day in range(5):
        best: dict[str, list[float]] = {}
        for when, card, score, fraud in table:
            if when == day and card not in caught:
                known = best.setdefault(card, [0.0, 0.0])
                best[card] = [max(known[0], score), max(known[1], fraud)]
        top = sorted(best, key=lambda card: -best[card][0])[:10]
        hits = {card for card in top if best[card][1]}
        daily.append(len(hits) / 10)
        caught |= hits
    assert metric.value(units, np.ones((1, len(table))))[0] == pytest.approx(np.mean(daily))
    doubled = pl.concat([units, units.with_columns(card=pl.col("card") + "-twin")])
    weighted = metric.value(units, np.full((1, len(table)), 2.0))
    assert weighted == pytest.approx(metric.value(doubled, np.ones((1, 2 * len(table)))))
