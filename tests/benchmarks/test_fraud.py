from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from benchmarks.fraud.quality import Week, change, missed, unknown_cards
from benchmarks.fraud.stream import CHALLENGER, CHAMPION, SOURCE
from tests.systems.fraud.cases import shared


def test_card_is_excluded_one_week_after_its_fraud_is_known() -> None:
    table = pl.DataFrame(
        {
            "row": range(7),
            "card": ["a", "a", "a", "b", "b", "c", "c"],
            "day": [95, 102, 103, 101, 108, 87, 103],
            "fraud": [1, 0, 0, 1, 0, 1, 0],
        }
    )
    assert unknown_cards(table, 102)["row"].to_list() == [1, 4, 6]


def test_the_protocol_of_the_handbook_leaves_its_own_number_of_transactions() -> None:
    frame = pl.read_parquet(shared(SOURCE), columns=["time_s", "customer_id", "is_fraud"])
    table = frame.select(card="customer_id", day=pl.col("time_s") // 86_400, fraud="is_fraud").with_row_index("row")
    kept = unknown_cards(table, 108)
    assert (kept.height, int(kept["fraud"].sum())) == (57_931, 351)


def week(first: int, *, seed: int) -> Week:
    """The challenger finds twice as many of the frauds as the champion, no false positive above any of them."""
    rng = np.random.default_rng(seed)
    fraud = np.arange(4_000) < 100
    rows = pl.DataFrame(
        {"card": [f"c{i % 500}" for i in range(4_000)], "day": first, "fraud": fraud.astype(int), "scenario": 1}
    )
    low = rng.random(4_000) / 2
    scores = {
        CHAMPION: np.where(np.arange(4_000) < 40, 0.9, low * ~fraud),
        CHALLENGER: np.where(np.arange(4_000) < 80, 0.9, low * ~fraud),
    }
    return Week(first, rows, scores)


def test_errors_are_compared_at_equal_false_positives() -> None:
    weeks = [week(1, seed=1), week(8, seed=2)]
    found = change(weeks)
    assert missed(weeks[0], CHAMPION).size == 60
    assert (found.champion_missed, found.challenger_missed, found.false_positives) == (120, 40, 6)
    budget = 2 * 0.001 * 3_900
    assert found.change == pytest.approx((40 + budget) / (120 + budget) - 1)
    assert found.low < found.change < found.high < 0
