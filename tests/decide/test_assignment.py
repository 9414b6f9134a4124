"""Assignment: uniform, sticky, independent between salts, and never moving a unit out when a share widens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from starcase.decide import BUCKETS, compute_bucket


@given(st.text(), st.text())
def test_a_unit_keeps_its_bucket(salt: str, unit: str) -> None:
    assert compute_bucket(salt, unit) == compute_bucket(salt, unit)
    assert 0 <= compute_bucket(salt, unit) < BUCKETS


def test_salt_and_unit_are_hashed_as_separate_fields() -> None:
    assert compute_bucket("a", "bc") != compute_bucket("ab", "c")


@pytest.mark.simulation
def test_buckets_are_uniform_and_independent_between_salts() -> None:
    units = [f"card-{i}" for i in range(50_000)]
    first = np.array([compute_bucket("one", unit) for unit in units]) // 100
    second = np.array([compute_bucket("two", unit) for unit in units]) // 100
    uniform = stats.chisquare(np.bincount(first, minlength=100)).pvalue
    table = np.histogram2d(first // 10, second // 10, bins=10)[0]
    independent = stats.chi2_contingency(table).pvalue
    assert uniform > 1e-3
    assert independent > 1e-3


@pytest.mark.parametrize(
    ("salt", "unit", "expected"),
    [("cards/1", "card-1", 6291), ("cards/1", "card-2", 7623), ("a", "bc", 6572), ("ab", "c", 9343), ("", "é", 5569)],
)
def test_golden_buckets_never_change(salt: str, unit: str, expected: int) -> None:
    assert compute_bucket(salt, unit) == expected
