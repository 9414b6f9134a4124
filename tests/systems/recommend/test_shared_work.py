"""Shared and cached computations give the same bits as separate ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from tests.systems.recommend.cases import case_of, purchases

from starcase.contract.request import RequestTable
from starcase.contract.system import Fold
from starcase.systems.recommend import RecommendSystem, dataset
from starcase.systems.recommend.arrays import IntArray, SingleArray
from starcase.systems.recommend.evaluation_span import build_requests
from starcase.systems.recommend.history import encode_history, history_of
from starcase.systems.recommend.interactions import Interactions
from starcase.systems.recommend.learners import cosine_neighbours as chunked
from starcase.systems.recommend.learners.content import Content
from starcase.systems.recommend.learners.cosine_neighbours import find_nearest
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.options import RecommendOptions
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer
from starcase.systems.recommend.training import TrainingSet

NOW = 50


def one_by_one(columns: sparse.csc_matrix, count: int, shrink: float) -> tuple[IntArray, SingleArray]:
    """The neighbours of each column by comparison with all others and a full sort."""
    n = columns.shape[1]
    length = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=0)).ravel()) + 1e-9
    near, similar = np.zeros((n, min(count, n)), np.int64), np.zeros((n, min(count, n)), np.float32)
    for row in range(n):
        common = (columns[:, [row]].T @ columns).tocsr()
        common.sort_indices()
        cosine = common.data / (length[row] * length[common.indices]) * (common.data / (common.data + shrink + 1e-9))
        cosine[common.indices == row] = 0.0
        best = np.argsort(-cosine, kind="stable")[:count]
        near[row, : best.size], similar[row, : best.size] = common.indices[best], cosine[best]
    return near, similar


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([0.0, 20.0]), st.booleans())
def test_neighbours_equal_those_of_separate_columns(seed: int, count: int, shrink: float, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((30, 20)) * (rng.random((30, 20)) < 0.3)
    columns = sparse.csc_matrix((np.ceil(table) if whole else table).astype(np.float32))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunked, "CHUNK", 7)
        near, similar = find_nearest(columns, count, shrink=shrink)
    expected = one_by_one(columns, count, shrink)
    assert np.array_equal(near, expected[0])
    assert np.array_equal(similar.view(np.int32), expected[1].view(np.int32))


@given(st.lists(st.tuples(st.integers(0, 2 * NOW), st.sampled_from("abcz")), max_size=12))
def test_history_features_equal_a_loop_over_items(rows: list[tuple[int, str]]) -> None:
    places, moments = {"a": 0, "b": 1, "c": 2}, sorted(rows, key=lambda row: row[0])
    past = history_of(encode_history([at for at, _ in moments], [item for _, item in moments]), places, NOW)
    known = [(places[item], at) for at, item in moments if at < NOW and item in places]
    assert list(zip(past.codes.tolist(), past.at.tolist(), strict=True)) == known
    assert past.unknown == sum(at < NOW and item not in places for at, item in moments)
    assert past.later == sum(at >= NOW for at, _ in moments)
    assert past.baskets == len({at for _, at in known})


def test_requests_and_outcomes_of_a_fold_are_built_once_for_all_candidates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counted(rows: Interactions, fold: Fold, options: RecommendOptions) -> RequestTable:
        made.append(fold.name)
        return build_requests(rows, fold, options)

    monkeypatch.setattr(dataset, "build_requests", counted)
    case, system = case_of(tmp_path, purchases()), RecommendSystem()
    first, second = system.load(case), system.load(case)
    folds = first.folds(count=5)
    given, again = first.requests(folds[0]), second.requests(folds[0])
    assert list(given) == list(again)
    assert first.outcomes(folds[0]).equals(second.outcomes(folds[0]))
    assert made == [folds[0].name]
    other = system.load(case_of(tmp_path, purchases(), options={"fewest_users": 3, "history": 1}))
    assert list(other.requests(folds[0])) != list(given)


def test_a_candidate_that_changes_its_data_does_not_affect_others(tmp_path: Path) -> None:
    shop = RecommendSystem().load(case_of(tmp_path, purchases()))
    fold = shop.folds(count=1)[0]
    given, taken = shop.requests(fold), shop.outcomes(fold)
    expected = list(given), taken.clone()
    given.features.insert_column(0, pl.Series("mine", [0] * len(given)))
    given.units[0] = "nobody"  # type: ignore[index]
    taken.drop_in_place("targets")
    assert list(shop.requests(fold)) == expected[0]
    assert shop.outcomes(fold).equals(expected[1])


def test_the_cache_keeps_few_folds_without_mixing_them(tmp_path: Path) -> None:
    shop = RecommendSystem().load(case_of(tmp_path, purchases()))
    folds = shop.folds(count=5)
    asked_first = [list(shop.requests(fold)) for fold in folds]
    assert len(shop.interactions.requests) < len(folds)
    assert [list(shop.requests(fold)) for fold in folds] == asked_first
    assert len({requests[0].at for requests in asked_first}) == len(folds)


def test_a_reranker_compares_the_words_of_items_once_in_a_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pl.DataFrame({"item": [f"i{item:02d}" for item in range(40)], "text": ["red", "blue", "green", "red"] * 10})
    texts.write_parquet(tmp_path / "items.parquet")
    case = case_of(tmp_path, purchases(), options={"items": "items.parquet", "item_text": "text"})
    shop = RecommendSystem().load(case)
    train = shop.train(shop.folds(count=1)[0])
    compared = []
    plain = Content.learn

    def counted(self: Content, known: TrainingSet, rng: np.random.Generator) -> NeighbourScorer:
        compared.append(known.end)
        return plain(self, known, rng)

    monkeypatch.setattr(Content, "learn", counted)
    model = Reranker(trees=5).learn(train, np.random.default_rng(0))
    assert compared == [train.end]
    assert (
        model.sources.content.files()
        == plain(Content(half_life=120.0, own=0.0), train, np.random.default_rng(0)).files()
    )
