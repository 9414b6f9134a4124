"""The benchmark of the recommenders: rows compared with anchors, and the range of a row over orders of ties."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from benchmarks.recommend.offline import _rows
from benchmarks.recommend.progress import said
from benchmarks.recommend.ties import COUNTING, ORDERS, orders_of_equals
from tests.systems.recommend.cases import case_of, purchases

from starcase.compute.executor import InProcess
from starcase.contract.case_spec import CandidateSpec, Case, ContestSpec
from starcase.stages.contest import Contest, run
from starcase.systems.recommend import RecommendSystem

SYSTEM = RecommendSystem()


def held(folder: Path, frame: pl.DataFrame) -> tuple[Contest, Case]:
    case = case_of(folder, frame, candidates=(CandidateSpec(name="item_knn"),))
    case = replace(case, incumbent="item_knn", contest=ContestSpec(folds=1, trials=1, draws=100))
    return run(case, SYSTEM, SYSTEM.load(case), SYSTEM.candidates(case), InProcess()), case


def test_ties_give_a_range_around_the_row_with_a_description(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with said():
        contest, case = held(tmp_path, purchases())
    assert "item_knn, fold-1" in capsys.readouterr().err
    found = orders_of_equals(contest, SYSTEM, case)
    for name in COUNTING:
        low, high = (found[f"{name} ndcg, {end} of {ORDERS} orders of equals"] for end in ("lowest", "highest"))
        assert 0 < low <= found[f"{name} ndcg, mean over orders of equals"] <= high < 1
        reached = next(s for s in contest.record.standings if s.candidate == name).figures[0].value
        assert reached == pytest.approx((low + high) / 2, abs=0.05)


def test_a_row_reaches_its_anchor_only_in_both_metrics_to_four_digits() -> None:
    anchors = {"a": (0.1, 0.2), "b": (0.1, 0.2), "c": (0.1, 0.2)}
    found = {"a recall": 0.09996, "a ndcg": 0.19996, "a tried": 4.0, "b recall": 0.2, "b ndcg": 0.1999, "b tried": 4.0,
             "c recall": 0.0999, "c ndcg": 0.1, "c tried": 1.0}  # fmt: skip
    assert _rows("retail_repeat", found, anchors) == {
        "retail_repeat a": (True, True, True), "retail_repeat b": (False, True, True),
        "retail_repeat c": (False, False, False),
    }  # fmt: skip
