"""Validity checks: their false alarm rates, and their findings."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from starcase.errors import DataError
from starcase.inference import (
    check_crossover,
    check_maturity,
    check_outcome_order,
    check_repeated_units,
    check_sample_ratio,
)


def test_the_ratio_agrees_with_scipy() -> None:
    for counts, shares in (([44_700, 45_489], [0.5, 0.5]), ([900, 5_000, 4_100], [0.1, 0.5, 0.4])):
        expected = np.array(shares) * sum(counts)
        want = stats.chisquare(counts, expected).pvalue
        assert check_sample_ratio(counts, shares).p_value == pytest.approx(want, rel=1e-6)
    assert check_sample_ratio([10**9, 10**9 + 3 * 10**5], [1, 1]).p_value == pytest.approx(
        stats.norm.sf(3e5 / (2e9 + 3e5) ** 0.5) * 2, rel=1e-6
    )


@pytest.mark.simulation
@pytest.mark.parametrize("n", [60, 5_000])
@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.1), (0.2, 0.3, 0.5)])
def test_p_value_under_the_planned_shares_is_valid(n: int, shares: tuple[float, ...]) -> None:
    alpha, runs = 0.02, 2_000
    drawn = np.random.default_rng(5).multinomial(n, shares, size=runs)
    off = sum(check_sample_ratio(row.tolist(), shares, alpha=alpha).blocks for row in drawn)
    three_errors, chi_square_is_near = 3 * (alpha * (1 - alpha) / runs) ** 0.5, 0.005
    assert off / runs <= alpha + three_errors + chi_square_is_near


def test_sample_ratio_mismatch_blocks_and_counts_missing_units() -> None:
    found = check_sample_ratio([5_300, 4_700], [1, 1])
    assert (found.blocks, found.affected, found.of) == (True, 300, 10_000)
    assert found.p_value is not None
    assert 0 < found.p_value < 1e-8


def test_zero_units_give_no_sample_ratio_mismatch() -> None:
    found = check_sample_ratio([0, 0], [1, 1])
    assert (found.blocks, found.p_value, found.share) == (False, 1.0, 0.0)
    few = check_sample_ratio([3, 0, 1], [1, 1, 1])
    assert "too few" in few.sentence


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ([5], [1.0]),
        ([5, 6], [1.0]),
        ([-1, 5], [1, 1]),
        ([1.5, 5], [1, 1]),
        ([float("nan"), 5], [1, 1]),
        ([1, 5], [0.0, 1.0]),
        ([1, 5], [-1.0, 2.0]),
        ([1, 5], [float("inf"), 1.0]),
    ],
)
def test_invalid_counts_or_shares_are_refused(counts: list[int], shares: list[float]) -> None:
    with pytest.raises(DataError):
        check_sample_ratio(counts, shares)


def test_outcomes_before_exposure_block() -> None:
    found = check_outcome_order([10, 20, 30, 40], [11, 19, float("nan"), 40])
    assert (found.blocks, found.affected, found.examples) == (True, 1, (1,))
    assert not check_outcome_order([1.0], [2.0]).blocks
    with pytest.raises(DataError):
        check_outcome_order([1.0], [])


def test_crossover_above_the_tolerated_share_blocks() -> None:
    units = np.repeat(np.arange(1_000), 2)
    arm = units % 2
    assert not check_crossover(units, arm).blocks
    arm[[1, 7]] ^= 1
    found = check_crossover(units, arm)
    assert (found.blocks, found.affected, found.of, found.examples) == (False, 2, 1_000, (1, 7))
    assert check_crossover(units, arm, tolerated=0.0).blocks
    with pytest.raises(DataError):
        check_crossover([1, 2], [0])


def test_repeated_units_block_and_immature_outcomes_do_not() -> None:
    again = check_repeated_units(["a", "b", "a", "a"])
    assert (again.blocks, again.affected, again.examples) == (True, 2, (2, 3))
    assert not check_repeated_units([]).blocks
    late = check_maturity([0.0, 95.0, 90.0], now=100.0, delay=10.0)
    assert (late.blocks, late.affected, late.examples) == (False, 1, (1,))
    with pytest.raises(DataError):
        check_maturity([[0.0]], now=1.0, delay=1.0)
