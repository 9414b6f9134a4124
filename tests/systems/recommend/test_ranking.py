from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.errors import DataError
from starcase.systems.recommend.ranking import select_best


@given(st.integers(1, 3_000), st.integers(1, 12), st.integers(1, 40), st.integers(0, 5_000), st.randoms())
def test_selected_items_equal_those_of_a_full_sort(
    size: int, count: int, levels: int, turn: int, random: object
) -> None:
    rng = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    scores = rng.integers(0, levels, size).astype(np.float64)
    scores[rng.random(size) < 0.1] = -np.inf
    found = select_best(scores, count, turn % size)
    places = np.arange(size)
    order = sorted(places[scores > -np.inf], key=lambda p: (-scores[p], (p - turn % size) % size))
    assert found.tolist() == [int(p) for p in order[:count]]


def test_ties_are_unbiased_over_all_turns() -> None:
    """Over all turns every item is shown equally often, so a constant model reaches the random value."""
    size, count = 500, 10
    shown = np.bincount(
        np.concatenate([select_best(np.zeros(size), count, turn) for turn in range(size)]), minlength=size
    )
    assert (shown == count).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("size", [5, 50, 5_000])
def test_a_score_that_is_not_finite_is_refused(bad: float, size: int) -> None:
    scores = np.zeros(size)
    scores[3] = bad
    with pytest.raises(DataError, match="not finite numbers"):
        select_best(scores, 10, 0)


def test_no_item_is_selected_where_all_are_excluded() -> None:
    assert select_best(np.full(2_000, -np.inf), 10, 0).size == 0
    assert select_best(np.array([]), 10, 0).size == 0
