"""The guide to a user's own recommender runs as written and describes the training set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.app import Workspace
from starcase.cli.main import run
from starcase.contract.request import Request
from starcase.evidence.records import ContestRecord
from starcase.extensions.user_code import load_own
from starcase.systems.recommend import RecommendSystem, TrainingSet
from starcase.systems.recommend.environment import list_items
from starcase.testing import check_candidate

REPO = Path(__file__).parents[2]
GUIDE = (REPO / "docs" / "recommend.md").read_text().partition("## A model of your own")[2].partition("\n## ")[0]
BLOCKS = {name: re.findall(rf"^```{name}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL) for name in ("python", "toml")}
CONTEST = {
    "# folds = 3": "folds = 1",
    "# trials = 8": "trials = 1",
    "# windows = 3": "windows = 1",
    "# growth = [0.0625, 0.125, 0.25, 0.5]": "growth = []",
}
START = 1_700_000_000


def typed(folder: Path) -> None:
    (code,), (named,) = BLOCKS["python"], BLOCKS["toml"]
    (folder / "mine.py").write_text(code)
    file = folder / "case.toml"
    file.write_text(file.read_text() + "\n" + named)


def trimmed(text: str, changes: Mapping[str, str]) -> str:
    for shown, wanted in changes.items():
        assert shown in text
        text = text.replace(shown, wanted)
    return text


@pytest.mark.parametrize("task", ["repeat", "discovery"])
def test_the_model_of_the_guide_takes_part_in_a_contest_of_either_task(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchases(users=150).with_columns(at=pl.from_epoch(pl.col("at") + START)).write_csv(tmp_path / "taken.csv")
    monkeypatch.chdir(tmp_path)
    columns = ["--data", "taken.csv", "--target", "item", "--time", "at", "--unit", "user"]
    assert run(["new", "shop", "--system", "recommend", *columns, "--option", f"task={task}"]) == 0
    typed(tmp_path / "shop")
    file = tmp_path / "shop" / "case.toml"
    file.write_text(trimmed(file.read_text(), CONTEST))
    assert run(["contest", "--case", "shop", "--until", "+70d", "--workers", "1"]) in {0, 1}
    with Workspace.open(tmp_path / "shop") as work:
        held = work.ledger.last(ContestRecord)
    assert held is not None
    found = {one.candidate: {f.name: f.value for f in one.figures}[held[1].objective] for one in held[1].standings}
    assert found["together"] > 1.5 * found["popularity"]


@pytest.mark.parametrize("task", ["repeat", "discovery"])
def test_the_model_of_the_guide_keeps_the_contract(task: str, tmp_path: Path) -> None:
    (code,) = BLOCKS["python"]
    (tmp_path / "mine.py").write_text(code)
    dataset = RecommendSystem().load(case_of(tmp_path, purchases(), options={"task": task}))
    (fold,) = dataset.folds(count=1)
    candidate = load_own("mine.py:Together", tmp_path)()
    requests: list[Any] = list(dataset.requests(fold))
    check_candidate(candidate, lambda: dataset.train(fold), requests)
    model = candidate.fit(dataset.train(fold), rng=np.random.default_rng(0))
    newcomer = Request("r", "new", fold.test_start, {"history": None, "past": 0})
    *lists, popular = [list_items(answer) for answer in model.decide([*requests, newcomer])]
    known = [set(request.features["history"].split('"')) for request in requests]
    again = sum(not taken.isdisjoint(shown) for taken, shown in zip(known, lists, strict=True))
    assert again == (len(requests) if task == "repeat" else 0)
    assert len(popular) == 10


def test_guide_describes_every_field_of_a_training_set() -> None:
    told = set(re.findall(r"`(\w+)(?:\([^)]*\))?`", GUIDE))
    held = {field.name for field in fields(TrainingSet)} | {name for name in vars(TrainingSet) if name[0] != "_"}
    assert held <= told
