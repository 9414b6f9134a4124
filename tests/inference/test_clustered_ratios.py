"""Differences of ratios by unit: equal to direct calculation, symmetric in the arms, with valid coverage."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from starcase.inference import DifferenceEstimate, UnitSums, compare_paired_ratios, compare_staged_ratios

FloatArray = npt.NDArray[np.float64]
Draw = tuple[FloatArray, FloatArray, npt.NDArray[np.bool_], FloatArray]
ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 2), st.floats(-1e6, 1e6), st.integers(0, 9)), max_size=40
)


def drawn(rng: np.random.Generator, *, base: float, shares: tuple[float, ...], rows: int = 4) -> Draw:
    """Units of several rows over a ramp: their own rate each, a rate that rises by stage, no effect."""
    units, stages = 600, len(shares)
    place = rng.random(units)
    treated = place[:, None] < np.array(shares)
    below = rng.integers(0, 2 * rows, (units, stages)).astype(np.float64)
    rate = np.clip(rng.beta(1, 1 / base - 1, units)[:, None] * (1 + np.arange(stages)), 0, 1)
    above = rng.binomial(below.astype(int), rate).astype(np.float64)
    return above, below, treated, np.array(shares)


def found(draw: Draw) -> DifferenceEstimate:
    apart = compare_staged_ratios(*draw)
    assert apart is not None
    return apart


@given(ROWS, st.lists(st.integers(0, 40), max_size=4).map(sorted))
def test_sums_are_the_same_to_the_bit_in_any_batches(rows: list[tuple[str, int, float, int]], cuts: list[int]) -> None:
    whole, parts = UnitSums(2), UnitSums(2)
    for sums, edges in ((whole, [0, len(rows)]), (parts, [0, *cuts, len(rows)])):
        for begin, end in pairwise(edges):
            batch = rows[begin:end]
            values = np.array([[row[2], row[3]] for row in batch]).reshape(len(batch), 2)
            sums.add([row[0] for row in batch], np.array([row[1] for row in batch], dtype=np.int64), values)
    assert whole.names == parts.names
    assert np.array_equal(whole.totals(3), parts.totals(3))


def test_one_stage_is_the_plain_difference_of_quotients() -> None:
    above, below, treated, share = drawn(np.random.default_rng(1), base=0.2, shares=(0.5,))
    apart = found((above, below, treated, share))
    inside, outside = treated[:, 0], ~treated[:, 0]
    plain = above[inside].sum() / below[inside].sum() - above[outside].sum() / below[outside].sum()
    assert apart.estimate == pytest.approx(plain, rel=1e-12)
    assert apart.n == int((below[:, 0] > 0).sum())


def test_swapped_arms_change_only_the_sign() -> None:
    above, below, treated, share = drawn(np.random.default_rng(2), base=0.1, shares=(0.3,))
    one, other = found((above, below, treated, share)), found((above, below, ~treated, 1 - share))
    assert one.estimate == pytest.approx(-other.estimate, rel=1e-12)
    assert one.error == pytest.approx(other.error, rel=1e-12)
    rows = np.column_stack([above[:, 0], above[::-1, 0]])
    there, back = (
        compare_paired_ratios(rows, np.ones_like(rows)),
        compare_paired_ratios(rows[:, ::-1], np.ones_like(rows)),
    )
    assert there is not None
    assert back is not None
    assert there.estimate == pytest.approx(-back.estimate)
    assert there.error == pytest.approx(back.error)


def test_trend_over_a_ramp_gives_no_effect() -> None:
    """Pooled over the stages the treatment looks three times as bad, because it ran when all rates were higher."""
    below = np.ones((4_000, 2))
    treated = np.arange(4_000)[:, None] < np.array([200, 2_000])
    above = np.zeros((4_000, 2))
    above[::20, 0] = above[::4, 1] = 1.0
    apart = found((above, below, treated, np.array([0.05, 0.5])))
    assert abs(apart.estimate) < 1e-12
    pooled = above[treated].sum() / treated.sum() - above[~treated].sum() / (~treated).sum()
    assert pooled > 0.1


def test_stage_without_control_adds_no_information() -> None:
    above, below, treated, _ = drawn(np.random.default_rng(3), base=0.2, shares=(0.5, 1.0))
    both = found((above, below, treated, np.array([0.5, 1.0])))
    first = found((above[:, :1], below[:, :1], treated[:, :1], np.array([0.5])))
    assert both.estimate == first.estimate
    assert compare_staged_ratios(above, below, np.ones_like(treated), np.array([1.0, 1.0])) is None


def test_zero_variance_gives_no_certainty() -> None:
    ones = np.ones((50, 1))
    treated = np.arange(50)[:, None] < 25
    assert compare_staged_ratios(0 * ones, ones, treated, np.array([0.5])) is None
    assert compare_paired_ratios(np.ones((50, 2)), np.ones((50, 2))) is None
    assert compare_paired_ratios(np.ones((1, 2)), np.ones((1, 2))) is None


def test_arm_without_outcomes_gives_no_certainty() -> None:
    ones, treated = np.ones((1_000, 1)), np.arange(1_000)[:, None] < 50
    above = np.zeros((1_000, 1))
    above[900:910] = 1.0
    apart = found((above, ones, treated, np.array([0.05])))
    assert abs(apart.estimate) < 2 * apart.error


def test_possible_rare_outcomes_widen_the_error() -> None:
    """Nothing has gone wrong yet, but one row in a hundred stands for twenty: that is no proof of 0."""
    ones, treated = np.ones((1_000, 1)), np.arange(1_000)[:, None] < 500
    for apart in (
        compare_staged_ratios(0 * ones, ones, treated, np.array([0.5]), unseen=(400.0, 400.0)),
        compare_paired_ratios(np.zeros((1_000, 2)), np.ones((1_000, 2)), unseen=400.0),
    ):
        assert apart is not None
        assert apart.estimate == 0
        assert apart.error >= 20 / 1_000


@pytest.mark.simulation
def test_heavily_weighted_rare_outcomes_keep_the_false_alarm_rate() -> None:
    """Half of the errors are seen one time in twenty; |z| > 1.96 in at most 5 % of 400 runs (bound: 1 in 10,000)."""
    rng, runs, beyond = np.random.default_rng(7), 400, 0
    for _ in range(runs):
        n = 6_000
        stopped = rng.random(n) < 0.002
        seen = ~stopped | (rng.random(n) < 1 / 20)
        weight = np.where(stopped, 20.0, 1.0)[seen, None]
        wrong = np.where(stopped, rng.random(n) < 0.5, rng.random(n) < 0.001)[seen, None]
        treated = (rng.random(n) < 0.5)[seen, None]
        missing = 1.0 + 19 * int((~seen).sum()) / 2
        apart = compare_staged_ratios(weight * wrong, weight, treated, np.array([0.5]), unseen=(missing, missing))
        assert apart is not None
        beyond += abs(apart.estimate) > 1.96 * apart.error
    assert beyond <= binom.ppf(0.9999, runs, 0.05)


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("base", "shares"), [(0.2, (0.5,)), (0.02, (0.1,)), (0.05, (0.05, 0.25, 0.5))], ids=["even", "rare", "ramp"]
)
def test_no_effect_keeps_the_false_alarm_rate(base: float, shares: tuple[float, ...]) -> None:
    """|z| > 1.96 in at most 5 % of 600 runs; the bound on the count is exceeded by chance in 1 of 10,000 tests."""
    rng, runs = np.random.default_rng(5), 600
    beyond = 0
    for _ in range(runs):
        apart = found(drawn(rng, base=base, shares=shares))
        beyond += abs(apart.estimate) > 1.96 * apart.error
    assert beyond <= binom.ppf(0.9999, runs, 0.05)
    assert beyond >= binom.ppf(0.0001, runs, 0.02)


@pytest.mark.simulation
def test_paired_answers_without_effect_keep_the_false_alarm_rate() -> None:
    """Two answers that differ at random in 2 % of the rows; |z| > 1.96 in at most 5 % of 600 runs (bound as above)."""
    rng, runs, beyond = np.random.default_rng(9), 600, 0
    for _ in range(runs):
        rows = rng.integers(1, 8, 500)
        differs = rng.binomial(rows, 0.02)
        first = rng.binomial(differs, 0.5)
        both = rng.binomial(rows - differs, 0.1)
        above = np.column_stack([both + first, both + differs - first]).astype(np.float64)
        apart = compare_paired_ratios(above, np.column_stack([rows, rows]).astype(np.float64), unseen=1.0)
        assert apart is not None
        beyond += abs(apart.estimate) > 1.96 * apart.error
    assert binom.ppf(0.0001, runs, 0.02) <= beyond <= binom.ppf(0.9999, runs, 0.05)


@pytest.mark.simulation
def test_error_is_computed_over_units_not_rows() -> None:
    """Twenty equal rows a unit: the error is that of the units, not smaller by the root of twenty."""
    rng = np.random.default_rng(6)
    bad = (rng.random(400) < 0.3).astype(np.float64)
    treated = (rng.random(400) < 0.5)[:, None]
    apart = found((20 * bad[:, None], np.full((400, 1), 20.0), treated, np.array([0.5])))
    assert apart.error == pytest.approx(sqrt(0.3 * 0.7 * 4 / 400), rel=0.1)
