from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.systems.recommend.cases import DAY, case_of, purchases

from starcase.contract.case_spec import Case
from starcase.contract.request import Answer
from starcase.errors import DataError
from starcase.extensions.user_code import load_own
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.simulated_users import OUTCOME, SimulatedEnvironment, fit_simulated_users
from starcase.testing import check_system

SYSTEM = RecommendSystem()
STREAMING = Path(__file__).parents[3] / "cases" / "streaming-recommender"
SINCE = 70 * DAY * 1_000_000


def simulated(folder: Path) -> Case:
    return case_of(folder, purchases(), options={"simulate_from": "+70d", "simulated_accept": 0.2})


def test_a_case_with_simulated_users_passes_the_contract_check(tmp_path: Path) -> None:
    check_system(SYSTEM, simulated(tmp_path), fit=False)


def test_live_metrics_of_simulated_users_are_named_simulated(tmp_path: Path) -> None:
    case = simulated(tmp_path)
    names = [(metric.name, metric.outcome) for metric in SYSTEM.live_metrics(case)]
    assert names == [("simulated_taken_rate", OUTCOME)]
    assert "simulated" in OUTCOME


def test_simulated_users_are_fitted_on_held_out_interactions_only(tmp_path: Path) -> None:
    rows = SYSTEM.load(case_of(tmp_path, purchases())).interactions
    fitted = fit_simulated_users(rows, SINCE, accept=0.1, seed=0)
    earlier = rows.at < SINCE
    other = replace(rows, item=np.where(earlier, 0, rows.item))
    again = fit_simulated_users(other, SINCE, accept=0.1, seed=0)
    assert np.array_equal(fitted.users, again.users)
    assert np.array_equal(fitted.items, again.items)


def test_simulated_users_take_more_items_of_their_taste(tmp_path: Path) -> None:
    """In the stream a user's taste is the remainder of its number by four, and so is an item's."""
    rows = SYSTEM.load(case_of(tmp_path, purchases())).interactions
    users = fit_simulated_users(rows, SINCE, accept=0.1, seed=0)
    chances = np.stack([users.compute_chance(user, range(len(rows.items))) for user in range(len(rows.users))])
    same = np.arange(len(rows.users))[:, None] % 4 == np.arange(len(rows.items))[None] % 4
    assert chances[same].mean() > 5 * chances[~same].mean()
    assert ((chances >= 0) & (chances < 1)).all()


@pytest.mark.parametrize("since", ["", "+70d"])
def test_a_list_longer_than_the_case_allows_has_no_advantage(tmp_path: Path, since: str) -> None:
    case = case_of(tmp_path, purchases(), options={"simulate_from": since, "simulated_accept": 0.5, "length": 2})
    environment = SYSTEM.environment(case, SYSTEM.load(case))
    requests = list(environment.arrivals(SINCE, SINCE + 20 * DAY * 1_000_000))
    names = [f"i{n:02d}" for n in range(40)]
    short, longer = (
        [outcome.value for r in requests if (outcome := environment.outcome(r, Answer("rank", 1.0, {"items": items})))]
        for items in (names[:2], names)
    )
    assert short == longer
    assert 0 < sum(short) < len(short)


def test_random_draws_of_a_user_do_not_depend_on_the_shown_items(tmp_path: Path) -> None:
    case = simulated(tmp_path)
    environment = SYSTEM.environment(case, SYSTEM.load(case))
    assert isinstance(environment, SimulatedEnvironment)
    requests = list(environment.arrivals(SINCE, SINCE + 20 * DAY * 1_000_000))
    short = [environment.outcome(r, Answer("rank", 1.0, {"items": ["i00", "i01"]})) for r in requests]
    longer = [environment.outcome(r, Answer("rank", 1.0, {"items": ["i00", "i01", "i02"]})) for r in requests]
    assert all(a and b and a.value <= b.value for a, b in zip(short, longer, strict=True))
    nothing = environment.outcome(requests[0], Answer("nothing", 0.0))
    assert nothing is not None
    assert nothing.value == 0


def test_too_few_interactions_for_simulated_users_are_refused(tmp_path: Path) -> None:
    rows = SYSTEM.load(case_of(tmp_path, purchases())).interactions
    with pytest.raises(DataError, match="too few to fit simulated users"):
        fit_simulated_users(rows, int(rows.at[-5]), accept=0.1, seed=0)


def test_the_shipped_views_equal_the_output_of_the_simulation() -> None:
    rng = np.random.default_rng(3)
    shelf = load_own("simulate.py:titles", STREAMING)(rng)
    assert shelf.select("title", "words").equals(pl.read_parquet(STREAMING / "data" / "titles.parquet"))
    words = (STREAMING / "case.toml").read_text() + (STREAMING / "data" / "NOTICE.md").read_text()
    assert words.count("simulated") >= 3
