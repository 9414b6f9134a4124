from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from starcase.errors import ArtefactError, PluginError
from starcase.systems.recommend.history import History
from starcase.systems.recommend.ranking import select_best, select_from_pool
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.factors import FactorScorer, FactorState, IndexedFactorScorer
from starcase.systems.recommend.scoring.neighbour_index import NeighbourIndex, build_index
from starcase.systems.recommend.scoring.sequence import (
    ITEMS,
    LAST_SCALE,
    LAST_SHIFT,
    OF_LAYER,
    PLACES,
    IndexedSequenceScorer,
    SequenceScorer,
    SequenceState,
)

needs_faiss = pytest.mark.skipif(find_spec("faiss") is None, reason="the extra `faiss` is not installed")
STATE = FactorState(10.0, 1.0, Emphasis(0.0, 0.5))
DAY = 86_400_000_000


def points(n: int, seed: int = 1) -> np.ndarray:
    """Points around centres, with lengths that vary as popular items' do."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(100, 16))
    x = centres[rng.integers(100, size=n)] + 0.5 * rng.normal(size=(n, 16))
    return np.asarray(x * rng.lognormal(0, 0.3, (n, 1)), dtype=np.float32)


@needs_faiss
def test_the_index_finds_at_least_nine_of_ten_nearest_items() -> None:
    x = points(20_000)
    index = build_index(x, rng=np.random.default_rng(0))
    nobody = np.zeros(0, dtype=np.int64), np.zeros(0)
    found = []
    for query in points(100, seed=2):
        pool, scores = index.pool(x, query, *nobody)
        found.append(np.isin(select_best(x @ query, 10, 0), pool[select_from_pool(pool, scores, 10, 0, len(x))]).mean())
    assert float(np.mean(found)) >= 0.9


@needs_faiss
def test_an_indexed_factor_scorer_equals_the_exact_scorer_on_its_pool_and_is_restored() -> None:
    x = points(5_000)
    exact, quick = FactorScorer(x, STATE), IndexedFactorScorer(x, STATE, build_index(x, rng=np.random.default_rng(0)))
    history = History(np.array([4, 9, 4]), np.array([0, 0, DAY]), 3 * DAY)
    pool, scores = quick.score_pool(history)
    assert np.all(np.diff(pool) > 0)
    assert {4, 9} <= set(pool.tolist())
    assert np.allclose(scores, exact.scores(history)[pool], rtol=1e-4)
    again = FactorScorer.from_files(quick.files())
    assert isinstance(again, IndexedFactorScorer)
    assert np.array_equal(again.score_pool(history)[0], pool)
    assert np.array_equal(again.score_pool(history)[1], scores)


@needs_faiss
def test_an_indexed_sequence_scorer_equals_the_exact_scorer_on_its_pool_and_is_restored() -> None:
    state, weights = network(points(5_000))
    exact = SequenceScorer(state, weights)
    quick = IndexedSequenceScorer(state, weights, build_index(weights[ITEMS], rng=np.random.default_rng(0)))
    history = History(np.array([4, 9, 4]), np.array([0, 0, DAY]), 3 * DAY)
    pool, scores = quick.score_pool(history)
    assert np.all(np.diff(pool) > 0)
    assert {4, 9} <= set(pool.tolist())
    assert np.allclose(scores, exact.scores(history)[pool], rtol=1e-4, atol=1e-4)
    again = SequenceScorer.from_files(quick.files())
    assert isinstance(again, IndexedSequenceScorer)
    assert np.array_equal(again.score_pool(history)[1], scores)


def network(items: np.ndarray) -> tuple[SequenceState, dict[str, np.ndarray]]:
    """An untrained layer of two heads over the embeddings."""
    rng, d = np.random.default_rng(3), items.shape[1]
    shapes = {
        "up": (d, 2 * d),
        "up0": (2 * d,),
        "down": (2 * d, d),
        "query": (d, d),
        "key": (d, d),
        "value": (d, d),
        "out": (d, d),
    }
    weights = {"0." + name: rng.normal(size=shapes.get(name, (d,))).astype(np.float32) * 0.1 for name in OF_LAYER}
    ends = {LAST_SCALE: np.ones(d, dtype=np.float32), LAST_SHIFT: np.zeros(d, dtype=np.float32)}
    places = rng.normal(size=(4, d)).astype(np.float32)
    return SequenceState(1, 2, 4, Emphasis(0.0, 0.5), (), converged=True), {
        ITEMS: items,
        PLACES: places,
        **ends,
        **weights,
    }


@needs_faiss
def test_a_file_that_is_not_an_index_is_refused() -> None:
    with pytest.raises(ArtefactError, match="no index"):
        NeighbourIndex.from_bytes(b"what is this, then, if not an index")


@pytest.mark.skipif(find_spec("faiss") is not None, reason="faiss is installed")
def test_without_faiss_the_error_names_the_extra_to_install() -> None:
    with pytest.raises(PluginError, match="faiss"):
        build_index(points(100), rng=np.random.default_rng(0))
