from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.systems.fraud.cases import case_of, stream

from starcase.contract.request import Answer
from starcase.systems.fraud import FraudSystem
from starcase.systems.fraud.calibration import PlattCalibration, calibrate
from starcase.systems.fraud.threshold import ThresholdPolicy

scores = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.50001, 0.9]), min_size=1, max_size=40)


@given(scores, st.sampled_from([0.0, 0.05, 0.25, 0.5, 1.0]))
def test_an_alert_budget_is_used_up_but_never_exceeded(values: list[float], budget: float) -> None:
    given_scores = np.array(values)
    zeros = np.zeros(given_scores.size)
    threshold = ThresholdPolicy("alert_budget", budget, 5.0).threshold(given_scores, zeros, zeros)
    alerts = int((given_scores >= threshold).sum())
    allowed = int(budget * given_scores.size + 1e-9)
    assert alerts <= allowed
    rest = given_scores[given_scores < threshold]
    if rest.size:
        assert alerts + int((rest == rest.max()).sum()) > allowed


@given(scores, st.randoms(use_true_random=False), st.sampled_from([0.5, 5.0, 50.0]))
def test_the_cost_rule_finds_the_cheapest_threshold(values: list[float], random: object, review: float) -> None:
    rng = np.random.default_rng(len(values))
    given_scores = np.array(values)
    frauds, amounts = (
        (rng.random(given_scores.size) < 0.4).astype(float),
        rng.integers(1, 100, given_scores.size).astype(float),
    )

    def cost(threshold: float) -> float:
        blocked = given_scores >= threshold
        return review * float(blocked.sum()) + float((amounts * frauds)[~blocked].sum())

    threshold = ThresholdPolicy("expected_cost", 0.0, review).threshold(given_scores, frauds, amounts)
    assert cost(threshold) == pytest.approx(min(cost(t) for t in [*values, 2.0]))


def test_calibration_recovers_a_planted_distortion() -> None:
    rng = np.random.default_rng(0)
    log_odds = rng.normal(-2, 2, 50_000)
    frauds = (rng.random(50_000) < 1 / (1 + np.exp(-log_odds))).astype(float)
    shown = 1 / (1 + np.exp(-(log_odds * 2 + 3)))
    found = calibrate(shown, frauds)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.intercept == pytest.approx(-1.5, abs=0.08)
    assert found.all(shown).mean() == pytest.approx(frauds.mean(), abs=0.002)


def test_calibration_on_few_frauds_stays_near_the_identity() -> None:
    rng = np.random.default_rng(0)
    shown = rng.beta(1, 300, 2_000)
    found = calibrate(shown, (np.arange(2_000) < 3).astype(float))
    assert 0.3 < found.slope < 1.5


def test_calibration_keeps_the_order_of_scores() -> None:
    values = np.linspace(0, 1, 101)
    assert (np.diff(PlattCalibration(0.3, -2.0).all(values)) > 0).all()


def test_a_blocked_transaction_has_an_outcome_only_in_the_pass_through_share(tmp_path: Path) -> None:
    system = FraudSystem()
    case = case_of(tmp_path, stream(), options={"pass_through": 0.2})
    dataset = system.load(case)
    environment = system.environment(case, dataset)
    start, end = dataset.span()
    requests = list(environment.arrivals(start, end))
    assert [r.id for r in requests] == list(dataset.transactions.ids)
    blocked = [environment.outcome(request, Answer("block", 1.0)) for request in requests]
    known = [outcome for outcome in blocked if outcome is not None]
    assert abs(len(known) - 600) < 3 * np.sqrt(3000 * 0.2 * 0.8)
    assert {outcome.weight for outcome in known} == {5.0}
    approved = [environment.outcome(request, Answer("approve", 0.0)) for request in requests]
    assert all(
        o is not None and o.weight == 1.0 and o.at == r.at + 86_400_000_000
        for o, r in zip(approved, requests, strict=True)
    )
    assert [o.value for o in approved if o] == dataset.transactions.label.tolist()
    other = system.environment(case, dataset)
    list(other.arrivals(start, end))
    assert [other.outcome(request, Answer("block", 1.0)) for request in requests] == blocked


def test_harm_counts_errors_that_the_other_model_would_have_avoided(tmp_path: Path) -> None:
    system = FraudSystem()
    dataset = system.load(case_of(tmp_path, stream(), options={"review_cost": 2}))
    start, _ = dataset.span()
    retrospect = dataset.retrospect(start, start + 86_400_000_000)
    n = retrospect.height
    fraud = retrospect["outcome"].to_numpy() == 1
    everything = [Answer("block", 1.0)] * n
    perfect = [Answer("block" if f else "approve", float(f)) for f in fraud]
    figures = {f.name: f.value for f in system.harm(everything, perfect, retrospect)}
    assert figures["honest transactions blocked that the other would have approved"] == (~fraud).sum()
    assert figures["frauds missed"] == 0
    assert figures["cost above that of the other"] == pytest.approx(2 * (~fraud).sum())
    missed = {f.name: f.value for f in system.harm([Answer("approve", 0.0)] * n, perfect, retrospect)}
    assert missed["fraud amount missed"] == pytest.approx(float(retrospect["amount"].to_numpy()[fraud].sum()))


def test_slices_and_stresses_align_with_the_requests(tmp_path: Path) -> None:
    system = FraudSystem()
    dataset = system.load(case_of(tmp_path, stream()))
    fold = dataset.folds(count=1)[0]
    requests, outcomes = dataset.requests(fold), dataset.outcomes(fold)
    sliced = system.slices(requests, outcomes)
    assert sliced.height == len(requests)
    assert set(sliced["amount"].unique()) == {"up to 10", "10 to 50", "50 to 200", "over 200"}
    assert sliced["hours"].n_unique() == 4
    stressed = system.stresses(requests, rng=np.random.default_rng(0))
    assert set(stressed) >= {"one value in ten missing", "amounts up by half"}
    for table in stressed.values():
        assert [r.id for r in table] == [r.id for r in requests]
    assert stressed["amounts up by half"][3].features["eur"] == 1.5 * float(requests[3].features["eur"] or 0)
