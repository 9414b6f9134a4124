"""What is made once, or in one pass, is what making it anew or step by step gives, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from tests.systems.recommend.cases import case_of, purchases

from starcase.systems.recommend import RecommendSystem
from starcase.systems.recommend.arrays import IntArray, SingleArray
from starcase.systems.recommend.history import history_of, history_text
from starcase.systems.recommend.learners import nearest as chunked
from starcase.systems.recommend.learners.content import Content
from starcase.systems.recommend.learners.nearest import nearest
from starcase.systems.recommend.learners.reranker import Reranker
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer
from starcase.systems.recommend.training import TrainingSet

NOW = 50


def one_by_one(columns: sparse.csc_matrix, count: int, shrink: float) -> tuple[IntArray, SingleArray]:
    """Each column against all others, fully sorted."""
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
def test_neighbours_are_those_of_each_column_by_itself(seed: int, count: int, shrink: float, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((30, 20)) * (rng.random((30, 20)) < 0.3)
    columns = sparse.csc_matrix((np.ceil(table) if whole else table).astype(np.float32))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunked, "CHUNK", 7)
        near, similar = nearest(columns, count, shrink=shrink)
    expected = one_by_one(columns, count, shrink)
    assert np.array_equal(near, expected[0])
    assert np.array_equal(similar.view(np.int32), expected[1].view(np.int32))


@given(st.lists(st.tuples(st.integers(0, 2 * NOW), st.sampled_from("abcz")), max_size=12))
def test_a_history_is_read_item_by_item(rows: list[tuple[int, str]]) -> None:
    places, moments = {"a": 0, "b": 1, "c": 2}, sorted(rows, key=lambda row: row[0])
    past = history_of(history_text([at for at, _ in moments], [item for _, item in moments]), places, NOW)
    known = [(places[item], at) for at, item in moments if at < NOW and item in places]
    assert list(zip(past.codes.tolist(), past.at.tolist(), strict=True)) == known
    assert past.unknown == sum(at < NOW and item not in places for at, item in moments)
    assert past.later == sum(at >= NOW for at, _ in moments)
    assert past.baskets == len({at for _, at in known})


def test_requests_and_outcomes_of_a_fold_are_made_once_for_all_candidates(tmp_path: Path) -> None:
    case, system = case_of(tmp_path, purchases()), RecommendSystem()
    first, second = system.load(case), system.load(case)
    folds = first.folds(count=5)
    assert second.requests(folds[0]) is first.requests(folds[0])
    assert second.outcomes(folds[0]) is first.outcomes(folds[0])
    other = system.load(case_of(tmp_path, purchases(), options={"fewest_users": 3, "history": 1}))
    assert not other.requests(folds[0]).features.equals(first.requests(folds[0]).features)
    early = first.outcomes(folds[0])
    assert not any(first.outcomes(fold).equals(early) for fold in folds[1:])
    assert len(first.interactions.requests) < len(folds)
    assert first.outcomes(folds[0]).equals(early)


def test_a_reranker_compares_the_words_of_items_once_in_a_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pl.DataFrame({"item": [f"i{item:02d}" for item in range(40)], "text": ["red", "blue", "green", "red"] * 10})
    texts.write_parquet(tmp_path / "items.parquet")
    case = case_of(tmp_path, purchases(), options={"items": "items.parquet", "item_text": "text"})
    dataset = RecommendSystem().load(case)
    train = dataset.train(dataset.folds(count=1)[0])
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
