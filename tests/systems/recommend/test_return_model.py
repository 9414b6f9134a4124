"""Simulated users return at the rate of the held-out history, more often after items that fit them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.systems.recommend.cases import DAY, case_of, purchases

from starcase.casefile.toml import read_case
from starcase.comparison.comparison_spec import build_comparison_spec, select_offline_guardrails
from starcase.contract.case_spec import Case, GuardrailSpec
from starcase.contract.request import Answer
from starcase.contract.system import MultiOutcomeEnvironment
from starcase.errors import CaseFileError, DataError
from starcase.extensions.case_validation import validate_case
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.return_model import ReturnModel, fit_return_model, has_return
from starcase.systems.recommend.simulated_users import RETURN, SimulatedEnvironment, fit_simulated_users

SYSTEM = RecommendSystem()
STREAMING = Path(__file__).parents[3] / "cases" / "streaming-recommender"
SINCE = 30 * DAY * 1_000_000
WEEK = 7 * DAY * 1_000_000


def streaming() -> tuple[Case, SimulatedEnvironment]:
    case = read_case(STREAMING)
    environment = SYSTEM.environment(case, SYSTEM.load(case))
    assert isinstance(environment, SimulatedEnvironment)
    return case, environment


@pytest.fixture(scope="module")
def viewers() -> tuple[SimulatedEnvironment, ReturnModel]:
    _, environment = streaming()
    assert environment._returning is not None
    return environment, environment._returning


def test_the_return_rate_without_shown_items_equals_history(viewers: tuple[SimulatedEnvironment, ReturnModel]) -> None:
    """A logistic regression with a constant has the right mean on its training data; the rest is random."""
    _, back = viewers
    visits = back.visits
    start = int(visits.rows.at[0])
    baskets = list(visits.between(start + 110 * DAY * 1_000_000, int(visits.rows.at[-1]) - back.within))
    truly = np.array([has_return(visits, basket, back.within) for basket in baskets])
    chances = np.array([back.compute_chance(basket, ()) for basket in baskets])
    assert chances.mean() == pytest.approx(truly.mean(), abs=1e-3)
    order = np.argsort(chances)
    tenths = [(chances[part].mean(), truly[part].mean(), part.size) for part in np.array_split(order, 10)]
    for told, seen, n in tenths:
        assert seen == pytest.approx(told, abs=5 * (0.25 / n) ** 0.5)


def test_fitting_items_raise_the_return_rate_more_than_others(
    viewers: tuple[SimulatedEnvironment, ReturnModel],
) -> None:
    _, back = viewers
    users, items = back.points
    baskets = list(back.visits.between(int(back.visits.rows.at[-1]) - 20 * DAY * 1_000_000, 2**62))[:400]
    gains = []
    for basket in baskets:
        user = int(back.visits.rows.user[back.visits.begins[basket]])
        fits = items @ users[user]
        alone, best, worst = (
            back.compute_chance(basket, some) for some in ((), (int(fits.argmax()),), (int(fits.argmin()),))
        )
        gains.append((best - alone, worst - alone))
    suits, does_not = np.array(gains).mean(axis=0)
    assert suits > does_not


def test_a_return_is_known_after_its_period_under_a_simulated_name(
    viewers: tuple[SimulatedEnvironment, ReturnModel],
) -> None:
    environment, back = viewers
    assert isinstance(environment, MultiOutcomeEnvironment)
    start = int(back.visits.rows.at[0]) + 120 * DAY * 1_000_000
    requests = list(environment.arrivals(start, start + DAY * 1_000_000))
    for request in requests:
        (outcome,) = environment.further(request, Answer("rank", 1.0, {"items": []}))
        assert outcome.name == RETURN
        assert "simulated" in outcome.name
        assert outcome.at == request.at + WEEK
        assert outcome.value in {0.0, 1.0}
        assert request.features["platform"] in {"web", "tv", "phone"}


def test_return_is_a_guardrail_of_the_experiment_and_of_no_contest() -> None:
    case, _ = streaming()
    assert case.guardrails[-1].metric == "simulated_churn_rate"
    assert case.guardrails[-1] not in select_offline_guardrails(case, SYSTEM)
    assert [term.metric.name for term in build_comparison_spec(case, SYSTEM).each] == [
        "simulated_taken_rate",
        "simulated_churn_rate",
    ]


def test_a_guardrail_without_a_metric_is_refused(tmp_path: Path) -> None:
    rail = GuardrailSpec(metric="return_rate", margin=0.1)
    case = replace(case_of(tmp_path, purchases()), guardrails=(rail,))
    with pytest.raises(CaseFileError, match="'return_rate' is not a metric"):
        validate_case(case, SYSTEM)
    assert select_offline_guardrails(case, SYSTEM) == case.guardrails


def test_too_few_visits_with_or_without_a_return_are_refused(tmp_path: Path) -> None:
    dataset = SYSTEM.load(case_of(tmp_path, purchases()))
    users = fit_simulated_users(dataset.interactions, SINCE, accept=0.1, seed=0)
    with pytest.raises(DataError, match="were followed by another in time"):
        fit_return_model(dataset.visits, (users.users, users.items), SINCE, within=90 * DAY * 1_000_000)


def test_a_return_period_longer_than_the_delay_is_refused(tmp_path: Path) -> None:
    options = {"simulate_from": "+70d", "simulated_return": "7d"}
    case = case_of(tmp_path, purchases(), options=options)
    with pytest.raises(CaseFileError, match="known later than"):
        SYSTEM.environment(case, SYSTEM.load(case))
    with pytest.raises(CaseFileError, match="needs `simulate_from`"):
        SYSTEM.load(case_of(tmp_path, purchases(), options={"simulated_return": "7d"}))


def test_basket_columns_are_features_of_the_request(tmp_path: Path) -> None:
    north = pl.col("at") % 2 == 0
    rows = purchases().with_columns(shop=pl.when(north).then(pl.lit("north")).otherwise(pl.lit("south")))
    case = case_of(tmp_path, rows, entities={"store": "shop"})
    dataset = SYSTEM.load(case)
    environment = SYSTEM.environment(case, dataset)
    first, end = dataset.span()
    requests = list(environment.arrivals(first, end))
    assert {request.features["store"] for request in requests} == {"north", "south"}
    (fold,) = dataset.folds(count=1)
    assert {request.features["store"] for request in dataset.requests(fold)} <= {"north", "south", None}
