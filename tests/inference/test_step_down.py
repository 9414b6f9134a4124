"""Step-down adjustment: family-wise error rate at alpha, with power gained from dependence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.inference import Resampling, compute_percentile_interval, compute_step_down_intervals, holm, step_down

ALPHA = 0.05


@pytest.mark.simulation
@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_family_wise_error_rate_among_pairs_stays_at_alpha(shared: float) -> None:
    """400 experiments of 10 pairs among 5 equal candidates; tolerance: three standard errors of a rate at alpha.

    Where nobody differs, the intervals hold all ten differences together.
    """
    rng, experiments, units, draws = np.random.default_rng(41), 400, 150, 199
    pairs = [(a, b) for a in range(5) for b in range(a + 1, 5)]
    alarms = left_out = 0
    for number in range(experiments):
        values = np.sqrt(shared) * rng.normal(size=(1, units)) + np.sqrt(1 - shared) * rng.normal(size=(5, units))
        differences = np.array([values[a] - values[b] for a, b in pairs])
        resampling = Resampling(np.arange(units), draws=draws, seed=number)
        replicates = np.concatenate([(w @ differences.T) / units for w in resampling.draw_weightings()]).T
        alarms += bool(np.any(step_down(differences.mean(axis=1), replicates) <= ALPHA))
        low, high = compute_step_down_intervals(differences.mean(axis=1), replicates, level=1 - ALPHA).T
        left_out += bool(np.any((low > 0) | (high < 0)))
    assert alarms / experiments <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / experiments)
    assert left_out == alarms


def test_clear_difference_is_shown_among_many_comparisons() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(80, 200))
    estimates = np.r_[8.0, np.zeros(79)]
    replicates = estimates[:, None] + noise
    raw = [
        compute_percentile_interval(e, r, level=0.95, n=100).p_value for e, r in zip(estimates, replicates, strict=True)
    ]
    assert holm(raw)[0] > ALPHA
    assert step_down(estimates, replicates)[0] <= ALPHA


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_adjusted_p_values_are_monotone_and_not_below_their_resolution(k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    estimates, replicates = rng.normal(size=k) * 3, rng.normal(size=(k, 150))
    replicates += estimates[:, None]
    p = step_down(estimates, replicates)
    t = np.abs(estimates) / replicates.std(axis=1, ddof=1)
    assert np.all(np.diff(p[np.argsort(-t)]) >= 0)
    assert np.all((p >= 1 / 151) & (p <= 1))


@given(st.integers(1, 6), st.sampled_from([0.8, 0.9, 0.95]), st.sampled_from([99, 150, 999]), st.integers(0, 2**32 - 1))
def test_interval_excludes_zero_exactly_if_the_difference_is_significant(
    k: int, level: float, draws: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    estimates = rng.normal(size=k) * 3
    replicates = estimates[:, None] + rng.normal(size=(k, draws))
    low, high = compute_step_down_intervals(estimates, replicates, level=level).T
    shown = step_down(estimates, replicates) <= 1 - level
    assert ((low > 0) | (high < 0)).tolist() == shown.tolist()
    alone = np.quantile(np.abs(replicates - estimates[:, None]), level, axis=1)
    assert np.all((high - low) / 2 >= alone * 0.99)


@pytest.mark.simulation
def test_each_interval_covers_at_least_at_its_level() -> None:
    """Three real differences and three of nothing, 400 times; tolerance: three standard errors of the level."""
    rng, experiments, truth = np.random.default_rng(7), 400, np.array([4.0, 2.5, 1.0, 0.0, 0.0, 0.0])
    held = np.zeros(6)
    for _ in range(experiments):
        estimates = truth + rng.normal(size=6)
        low, high = compute_step_down_intervals(estimates, estimates[:, None] + rng.normal(size=(6, 399)), level=0.95).T
        held += (low <= truth) & (truth <= high)
    assert np.all(held / experiments >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / experiments))


def test_too_few_draws_give_no_significant_difference() -> None:
    ends = compute_step_down_intervals([9.0], np.array([[8.0, 9.0, 10.0]]), level=0.95)
    assert ends.tolist() == [[-np.inf, np.inf]]


def test_undefined_estimates_and_empty_draws_are_handled() -> None:
    rng = np.random.default_rng(3)
    sound = 5 + rng.normal(size=200)
    undefined = np.where(rng.random(200) < 0.2, np.nan, sound)
    same, apart = np.zeros(200), np.full(200, 2.0)
    p = step_down([5.0, np.nan, 5.0, 0.0, 2.0], np.stack([sound, sound, undefined, same, apart]))
    assert p[0] < ALPHA
    assert p[1] == p[2] == p[3] == 1.0
    assert p[4] == pytest.approx(1 / 201)
    ends = compute_step_down_intervals(
        [5.0, np.nan, 5.0, 0.0, 2.0], np.stack([sound, sound, undefined, same, apart]), level=0.95
    )
    assert np.isnan(ends).all(axis=1).tolist() == [False, True, True, False, False]
    assert ends[4].tolist() == [2.0, 2.0]
    assert step_down([], np.empty((0, 100))).size == 0
    with pytest.raises(ValueError, match="estimates with replicates"):
        step_down([1.0], np.ones((2, 5)))
