from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.systems.recommend.cases import case_of, purchases, shared

from starcase.case.clock import DAY
from starcase.case.moment import moment
from starcase.case.own import load_own
from starcase.case.toml import read_case
from starcase.errors import NotIdentifiable
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.personas import behaviour, personas
from starcase.systems.recommend.season import seasonal_shares

CASES = Path(__file__).parents[3] / "cases"
STRATEGY = CASES / "clickthrough-strategy"


def strategy(name: str) -> Any:
    return load_own(f"strategy.py:{name}", STRATEGY)


@pytest.fixture(scope="module")
def shown() -> pl.DataFrame:
    return pl.read_parquet(STRATEGY / "data" / "impressions.parquet")


def test_three_estimates_stand_beside_the_truth_and_meet_it(shown: pl.DataFrame) -> None:
    rate, low, high = strategy("truth")(shown, "men")
    found = strategy("estimates")(shown, "men")
    assert len(found) == 3
    for estimate in found.values():
        assert estimate.value.estimate < rate
        assert estimate.value.low < high
        assert estimate.value.high > low
        assert estimate.effective == pytest.approx(656, abs=1)


def test_a_log_that_is_worth_two_decisions_is_refused(shown: pl.DataFrame) -> None:
    log = strategy("uniform_from")(shown, "women")
    assert log.effective == pytest.approx(2.1, abs=0.1)
    assert log.weights.max() == pytest.approx(21_739, rel=0.01)
    with pytest.raises(NotIdentifiable, match=r"worth 2\.1"):
        strategy("estimates")(shown, "women")


def test_the_place_in_the_slate_is_reported(shown: pl.DataFrame) -> None:
    rows = strategy("by_position")(shown).filter((pl.col("policy") == "bts") & (pl.col("campaign") == "men"))
    assert rows["rate"].round(4).to_list() == [0.009, 0.0064, 0.0053]


def test_what_leaks_the_purchase_is_not_shipped() -> None:
    assert "PageValues" not in pl.read_parquet(STRATEGY / "data" / "sessions.parquet").columns


def test_what_ships_is_what_the_preparation_gives(shown: pl.DataFrame) -> None:
    made = load_own("prepare.py:impressions", STRATEGY)(shared("open-bandit-small"))
    assert made.equals(shown)


def test_segments_are_large_stable_and_named_by_their_own_medians() -> None:
    rows = RecommendSystem().load(read_case(CASES / "ecommerce-recommender")).interactions
    before = moment("2011-09-01T00:00:00Z")
    found = personas(rows, before, seed=7, draws=4, most=4)
    assert found.segments.shares.sum() == pytest.approx(1)
    assert found.segments.shares.min() >= 0.05
    assert found.segments.stability >= 0.8
    users, raw = behaviour(rows, before)
    names = np.array([found.of[rows.users[user]] for user in users.tolist()])
    for name, medians in zip(found.segments.names, found.segments.medians, strict=True):
        assert np.median(raw[names == name], axis=0).tolist() == pytest.approx(medians.tolist())


def test_segments_do_not_know_the_future(tmp_path: Path) -> None:
    rows = RecommendSystem().load(case_of(tmp_path, purchases())).interactions
    before = int(rows.at[len(rows) // 2])
    users, raw = behaviour(rows, before)
    other = replace(rows, item=np.where(rows.at >= before, 0, rows.item), basket=rows.basket)
    again = behaviour(other, before)
    assert np.array_equal(users, again[0])
    assert np.array_equal(raw, again[1])


def test_users_who_are_all_alike_fall_into_no_segments(tmp_path: Path) -> None:
    rows = RecommendSystem().load(case_of(tmp_path, purchases(40, baskets=10))).interactions
    with pytest.raises(NotIdentifiable, match="no segments that are large enough and stable"):
        personas(rows, int(rows.at[-1]), seed=1, agreement=0.99)


def test_a_year_of_history_has_no_yearly_season() -> None:
    days = np.arange(364) * DAY
    with pytest.raises(NotIdentifiable, match=r"1\.0 cycles of 365 days"):
        seasonal_shares(days, period=365 * DAY, parts=12)
    assert seasonal_shares(days, period=7 * DAY, parts=7) == pytest.approx(1 / 7)


def test_parts_that_were_never_watched_tell_no_season() -> None:
    winters = np.concatenate([np.arange(60), np.arange(365, 425), np.arange(730, 790)]) * DAY
    with pytest.raises(NotIdentifiable, match="at least half of their parts"):
        seasonal_shares(winters, period=365 * DAY, parts=12)


def test_a_part_in_which_nothing_ever_happens_is_a_season() -> None:
    open_days = np.array([day for day in range(70) if day % 7 != 5]) * DAY
    assert seasonal_shares(open_days, period=7 * DAY, parts=7)[5] == 0
