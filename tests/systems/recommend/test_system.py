from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.contract.request import Answer
from starcase.systems.recommend import RecommendSystem
from starcase.testing import check_metric, check_system


@pytest.mark.parametrize("task", ["repeat", "discovery"])
def test_the_system_passes_the_contract_check(tmp_path: Path, task: str) -> None:
    words = pl.DataFrame(
        {"item": [f"i{i:02d}" for i in range(40)], "words": [f"taste{i % 4} size{i % 3}" for i in range(40)]}
    )
    words.write_csv(tmp_path / "items.csv")
    options = {"task": task, "items": "items.csv", "item_text": "words"}
    check_system(RecommendSystem(), case_of(tmp_path, purchases(), options=options))


def test_every_metric_passes_the_contract_check(tmp_path: Path) -> None:
    system, case = RecommendSystem(), case_of(tmp_path, purchases())
    dataset = system.load(case)
    outcomes = dataset.outcomes(dataset.folds(count=1)[0])
    popular = dataset.interactions.items[0]
    better = [Answer("rank", 1.0, {"items": list(targets)[:10]}) for targets in outcomes["targets"]]
    worse = [Answer("rank", 1.0, {"items": [popular]}) for _ in better]
    taken = {metric.name: metric for metric in system.metrics(case)}
    bias = taken.pop("repeat_popularity_bias_10")
    heads = [Answer("rank", 1.0, {"items": sorted(bias.takers(outcomes["at"][0]).head)}) for _ in better]  # type: ignore[attr-defined]
    check_metric(bias, outcomes, better, heads)
    for name, metric in taken.items():
        if name == "repeat_novelty_10":
            check_metric(metric, outcomes, better, heads)
        else:
            check_metric(metric, outcomes, better, worse)


def test_figures_of_the_two_tasks_cannot_be_mixed(tmp_path: Path) -> None:
    system, frame = RecommendSystem(), purchases()
    repeat = {metric.name for metric in system.metrics(case_of(tmp_path, frame))}
    new = {metric.name for metric in system.metrics(case_of(tmp_path, frame, options={"task": "discovery"}))}
    assert repeat.isdisjoint(new)


def test_trivial_baselines_are_always_included(tmp_path: Path) -> None:
    names = [one.name for one in RecommendSystem().baselines(case_of(tmp_path, purchases()))]
    assert names == ["popularity", "recent_popularity", "own_history"]


def test_harm_counts_lost_hits_and_users() -> None:
    told = pl.DataFrame({"targets": [["a"], ["b"], []], "unit": ["u", "v", "w"]})
    ours = [Answer("rank", 1.0, {"items": items}) for items in (["a"], ["a"], ["a"])]
    theirs = [Answer("rank", 1.0, {"items": items}) for items in (["b"], ["b"], ["b"])]
    figures = {figure.name: figure.value for figure in RecommendSystem().harm(ours, theirs, told)}
    assert list(figures.values()) == [1, 1, 1, 0]
