from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.casefile.toml import read_case
from starcase.errors import NotIdentifiable
from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.personas import find_personas, measure_behaviour
from starcase.tables.moment import parse_moment

CASES = Path(__file__).parents[3] / "cases"


def test_segments_are_large_stable_and_named_by_their_medians() -> None:
    rows = RecommendSystem().load(read_case(CASES / "ecommerce-recommender")).interactions
    before = parse_moment("2011-09-01T00:00:00Z")
    found = find_personas(rows, before, seed=7, draws=4, most=4)
    assert found.segments.shares.sum() == pytest.approx(1)
    assert found.segments.shares.min() >= 0.05
    assert found.segments.stability >= 0.8
    users, raw = measure_behaviour(rows, before)
    names = np.array([found.of[rows.users[user]] for user in users.tolist()])
    for name, medians in zip(found.segments.names, found.segments.medians, strict=True):
        assert np.median(raw[names == name], axis=0).tolist() == pytest.approx(medians.tolist())


def test_segments_do_not_depend_on_the_future(tmp_path: Path) -> None:
    rows = RecommendSystem().load(case_of(tmp_path, purchases())).interactions
    before = int(rows.at[len(rows) // 2])
    users, raw = measure_behaviour(rows, before)
    known = rows.at < before
    assert users.tolist() == np.unique(rows.user[known]).tolist()
    assert (raw[:, 0] > 0).all()
    assert raw[:, 1].sum() == np.unique(rows.basket[known]).size
    assert (raw[:, 1] * raw[:, 2]).sum() == pytest.approx(known.sum())


def test_identical_users_give_no_segments(tmp_path: Path) -> None:
    rows = RecommendSystem().load(case_of(tmp_path, purchases(40, baskets=10))).interactions
    with pytest.raises(NotIdentifiable, match="no segments that are large enough and stable"):
        find_personas(rows, int(rows.at[-1]), seed=1, agreement=0.99)
