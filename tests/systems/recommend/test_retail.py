from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.systems.recommend.cases import shared

from starcase.casefile.toml import read_case
from starcase.extensions.user_code import load_own
from starcase.systems.recommend import RecommendSystem

CASE = Path(__file__).parents[3] / "cases" / "ecommerce-recommender"


def prepare(name: str) -> Any:
    return load_own(f"prepare.py:{name}", CASE)


def test_a_cancelled_line_goes_with_its_original_and_codes_are_in_capitals() -> None:
    rows = [
        ("1", "85123a", 6, 1), ("1", "22423", 4, 1), ("C2", "85123A", -6, 2), ("3", "85123A", 6, 3),
        ("4", "POST", 1, 4), ("5", "22423", 2, 5), ("5", "22423", 2, 5),
    ]  # fmt: skip
    lines = pl.DataFrame(rows, schema=["invoice", "stock_code", "quantity", "day"], orient="row").with_columns(
        invoice_ts=pl.datetime(2011, 1, "day"), unit_price=1.0, customer_id=7, sheet=pl.lit("2010-2011")
    )
    kept = prepare("cleaned")(lines)
    assert kept.select("invoice", "code").rows() == [("1", "22423"), ("3", "85123A"), ("5", "22423"), ("5", "22423")]
    assert prepare("interactions")(kept).height == 3


@pytest.fixture(scope="module")
def lines() -> pl.DataFrame:
    return pl.read_parquet(shared("online-retail/online_retail_ii.parquet"))


def test_december_2010_is_not_doubled(lines: pl.DataFrame) -> None:
    once = prepare("one_of_each_sheet")(lines)
    assert lines.height - once.height == 22_523
    days = pl.col("invoice_ts").dt.date().is_between(date(2010, 12, 1), date(2010, 12, 9))
    later = lines.filter(days & (pl.col("sheet") == "2010-2011"))
    revenue = (pl.col("quantity") * pl.col("unit_price")).sum()
    assert once.filter(days).select(revenue).item() == pytest.approx(later.select(revenue).item())


def test_the_shipped_file_equals_the_output_of_the_preparation(lines: pl.DataFrame) -> None:
    bought = prepare("cleaned")(lines)
    assert prepare("interactions")(bought).equals(pl.read_parquet(CASE / "data" / "interactions.parquet"))
    assert prepare("products")(bought).equals(pl.read_parquet(CASE / "data" / "items.parquet"))


def test_the_check_of_the_shipped_case_reports_the_cold_shares() -> None:
    figures = {figure.name: figure.value for figure in RecommendSystem().load(read_case(CASE)).check().figures}
    assert figures["interactions"] == 760_148
    assert figures["users who can be evaluated"] == 2_270
    assert figures["cold users"] == pytest.approx(0.20, abs=0.01)
