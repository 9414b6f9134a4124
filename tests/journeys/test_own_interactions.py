"""A user's own interactions, a CSV with other column names and an item table, from ``new`` to ``story``."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.systems.recommend.cases import purchases

from starcase.app import Workspace
from starcase.cli.main import run
from starcase.evidence.records import CheckRecord, ContestRecord, CostRecord, ReplayRecord

pytestmark = pytest.mark.journey
START = 1_700_000_000
OPTIONS = "weight=stars", "items=../items.csv", "item_id=sku", "item_text=words"
CANDIDATES = """
[[claims]]
text = "twice the hits in half the time"
changes = { repeat_ndcg_10 = 1.0, "p50 latency" = -0.5 }

[[candidates]]
name = "item_knn"

[[candidates]]
name = "ease"

[[candidates]]
name = "content"
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    taken = purchases(users=120, baskets=14).with_columns(at=pl.from_epoch(pl.col("at") + START))
    taken.rename({"user": "customer", "item": "product", "at": "when"}).write_csv(tmp_path / "taken.csv")
    words = [f"taste{i % 4} size{i % 3}" for i in range(38)]
    pl.DataFrame({"sku": [f"i{i:02d}" for i in range(38)], "words": words}).write_csv(tmp_path / "items.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    columns = ["--target", "product", "--time", "when", "--unit", "customer"]
    columns += [part for option in OPTIONS for part in ("--option", option)]
    assert run(["new", "shop", "--system", "recommend", "--data", "taken.csv", *columns]) == 0
    with (tmp_path / "shop" / "case.toml").open("a") as file:
        file.write(CANDIDATES)
    text = (tmp_path / "shop" / "case.toml").read_text()
    trimmed = text.replace("# folds = 3", "folds = 1").replace("# trials = 8", "trials = 2")
    (tmp_path / "shop" / "case.toml").write_text(trimmed)
    return tmp_path


def test_from_new_to_story(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--case", "shop"]) == 0
    capfd.readouterr()
    assert run(["contest", "--case", "shop", "--until", "+70d", "--workers", "1"]) == 0
    told = capfd.readouterr().out
    assert "over item_knn" in told
    assert {"repeat_coverage_10", "repeat_novelty_10", "repeat_popularity_bias_10"} <= set(told.split())
    assert "over own_history" in told or "over recent_popularity" in told
    assert "claim 'twice the hits in half the time': refused" in told
    assert run(["choose", "--case", "shop"]) == 0
    with Workspace.open(shop / "shop") as work:
        check = work.ledger.last(CheckRecord)
        contest, cost = work.ledger.last(ContestRecord), work.ledger.last(CostRecord)
        assert check is not None
        assert contest is not None
        assert cost is not None
        assert any("2 of 40 items" in finding.what for finding in check[1].findings)
        assert {s.candidate for s in contest[1].standings if s.role == "baseline"} == {
            "popularity", "recent_popularity", "own_history",
        }  # fmt: skip
        assert cost[1].claims[0].verdict == "refused"
        name = contest[1].recommended
    assert run(["gate", "--case", "shop", "--candidate", name]) in {0, 1}
    assert run(["replay", "--case", "shop", "--since", "+70d", "--until", "+90d"]) == 0
    assert run(["story", "--case", "shop"]) == 0
    assert run(["story", "--case", "shop", "--verify"]) == 0
    assert run(["log", "--case", "shop", "--verify"]) == 0
    with Workspace.open(shop / "shop") as work:
        replays = [record for _, record in work.ledger.of(ReplayRecord)]
        assert sum(record.decisions for record in replays) == work.log.last() > 100
        served = work.log.read(0, 1)[0]
    assert isinstance(served.content, dict)
    assert {"items", "propensity", "policy", "catalogue", "candidates", "fallback"} <= set(served.content)
    assert served.model
