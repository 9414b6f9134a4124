"""Batch evaluation of trees is bit-identical to the library that fitted them."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.errors import ArtefactError
from starcase.systems.recommend.arrays import FloatArray
from starcase.systems.recommend.scoring.lightgbm_text import parse_trees
from starcase.systems.recommend.scoring.quick_scorer import QuickScorer


def rows(n: int, rng: np.random.Generator) -> FloatArray:
    """Measured values, counts, and a column of which half is missing."""
    x = rng.normal(size=(n, 4))
    x[:, 1] = rng.integers(0, 5, n)
    x[rng.random(n) < 0.5, 2] = np.nan
    return np.asarray(x)


def grown(leaves: int, trees: int, rng: np.random.Generator) -> lightgbm.Booster:
    x = rows(600, rng)
    y = np.nan_to_num(x[:, 2], nan=1.5) + x[:, 1] * x[:, 0] + rng.normal(size=600)
    given = {"num_leaves": leaves, "min_data_in_leaf": 3, "verbosity": -1, "num_threads": 1, "seed": 1}
    return lightgbm.train(given, lightgbm.Dataset(x, label=y), num_boost_round=trees)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 64), st.integers(1, 20), st.integers(1, 40), st.integers(0, 2**31))
def test_the_sums_equal_those_of_the_library_bit_for_bit(leaves: int, trees: int, asked: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    booster = grown(leaves, trees, rng)
    x = rows(asked, rng)
    x[0] = [np.nan, np.nan, np.inf, -np.inf]
    first = parse_trees(booster.model_to_string())[0]
    if first.feature.size:
        x[-1, first.feature[0]] = first.threshold[0]
    wanted = booster.predict(x, raw_score=True, num_threads=1)
    assert QuickScorer(booster.model_to_string()).rows(x).tolist() == np.asarray(wanted).tolist()


def test_a_tree_without_a_split_is_a_constant() -> None:
    booster = lightgbm.train(
        {"verbosity": -1, "min_data_in_leaf": 500},
        lightgbm.Dataset(rows(20, np.random.default_rng(0)), label=np.ones(20)),
        2,
    )
    x = rows(3, np.random.default_rng(1))
    assert (
        QuickScorer(booster.model_to_string()).rows(x).tolist()
        == np.asarray(booster.predict(x, raw_score=True)).tolist()
    )


def test_no_rows_give_no_sums() -> None:
    assert QuickScorer(grown(7, 3, np.random.default_rng(0)).model_to_string()).rows(np.empty((0, 4))).size == 0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: "what is this", "does not begin"),
        (lambda text: text.partition("end of trees")[0], "does not begin"),
        (lambda text: text.replace("num_cat=0", "num_cat=1"), "categorical"),
        (lambda text: text.replace("leaf_value=", "leaf_value=0.5 "), "number of splits plus one"),
        (lambda text: text.replace("threshold=", "threshold=x "), "threshold"),
    ],
)
def test_a_text_that_is_not_such_a_model_is_refused(spoil: object, words: str) -> None:
    text = grown(7, 3, np.random.default_rng(0)).model_to_string()
    with pytest.raises(ArtefactError, match=words):
        QuickScorer(spoil(text))  # type: ignore[operator]


def test_a_tree_with_more_than_64_leaves_is_refused() -> None:
    with pytest.raises(ArtefactError, match="65 leaves"):
        QuickScorer(grown(65, 1, np.random.default_rng(0)).model_to_string())
