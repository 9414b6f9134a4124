"""The bootstrap: coverage at its level, also for clustered rows, and a report where it is undefined."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.inference import Resampling, compute_percentile_interval, holm


@pytest.mark.simulation
@pytest.mark.parametrize("clustered", [False, True])
def test_the_interval_covers(clustered: bool) -> None:
    rng = np.random.default_rng(11)
    runs, units, size = 600, 120, 5 if clustered else 1
    clusters = np.repeat(np.arange(units), size)
    covered = 0
    for run in range(runs):
        rows = np.repeat(rng.normal(size=units), size) + rng.normal(size=units * size)
        effect = Resampling(clusters, draws=300, seed=run).effect(
            lambda w, rows=rows: w @ rows / w.sum(axis=1),  # type: ignore[misc]
            level=0.9,
        )
        covered += effect.low <= 0 <= effect.high
    tolerance = 3 * (0.9 * 0.1 / runs) ** 0.5
    percentile_bias = (
        0.015  # a percentile interval is short by about z(1 + z^2) phi(z) / 2n plus the n / (n - 1) factor
    )
    assert 0.9 - tolerance - percentile_bias <= covered / runs <= 0.9 + tolerance


def different_things(shown: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return the number of columns shown by any row of positive weight."""
    return lambda weights: np.asarray(((weights > 0).astype(np.float64) @ shown > 0).sum(axis=1), dtype=np.float64)


@pytest.mark.simulation
@pytest.mark.parametrize("groups", [2_000, 60])
def test_interval_of_a_distinct_count_covers(groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case in which the percentile interval of resampled units misses the truth."""
    monkeypatch.setattr("starcase.inference.models.bootstrap.MOST_LEFT_OUT", groups)
    rng = np.random.default_rng(12)
    runs, units, things, width = 300, 150, 400, 6
    chances = 1.0 / np.arange(1, things + 1) ** 0.8
    chances *= width / chances.sum()
    truth = float((1 - (1 - chances) ** units).sum())
    covered = resampled = 0
    for run in range(runs):
        statistic = different_things((rng.random((units, things)) < chances).astype(np.float64))
        resampling = Resampling(np.arange(units), draws=300, seed=run)
        effect = compute_percentile_interval(
            resampling.compute_statistic(statistic), resampling.jackknife([statistic])[0], level=0.9, n=units
        )
        covered += effect.low <= truth <= effect.high
        assert effect.low <= effect.estimate <= effect.high
        if run < 20:
            resampled += resampling.effect(statistic, level=0.9).high >= truth
    assert resampled == 0
    assert 0.9 - 3 * (0.9 * 0.1 / runs) ** 0.5 <= covered / runs


@pytest.mark.simulation
def test_interval_of_a_difference_of_distinct_counts_covers() -> None:
    rng = np.random.default_rng(13)
    runs, units, things = 300, 120, 200
    chances = np.minimum(1.0, 8.0 / np.arange(3, things + 3))
    alarms = 0
    for run in range(runs):
        taste = rng.random((units, 1)) * 2
        ours, theirs = (different_things((rng.random((units, things)) < chances * taste / 2) * 1.0) for _ in range(2))
        resampling = Resampling(np.arange(units), draws=300, seed=run)
        draws = resampling.jackknife([ours, theirs])
        estimate = resampling.compute_statistic(ours) - resampling.compute_statistic(theirs)
        effect = compute_percentile_interval(estimate, draws[0] - draws[1], level=0.95, n=units)
        alarms += not effect.low <= 0 <= effect.high
    assert alarms / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_jackknife_error_of_a_mean_equals_the_standard_error() -> None:
    rows = np.random.default_rng(4).normal(size=80)
    draws = Resampling(np.arange(80), draws=20_000, seed=1).jackknife([lambda w: w @ rows / w.sum(axis=1)])
    assert draws.mean() == pytest.approx(rows.mean(), abs=0.01)
    assert draws.std() == pytest.approx(rows.std(ddof=1) / 80**0.5, rel=0.03)


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_weights_are_counts_of_whole_clusters(seed: int, units: int) -> None:
    clusters = np.repeat(np.arange(units), 2)
    for weights in Resampling(clusters, draws=100, seed=seed).draw_weightings():
        assert np.array_equal(weights[:, ::2], weights[:, 1::2])
        assert np.all(weights.sum(axis=1) == 2 * units)


def test_seed_gives_equal_draws_in_any_chunking(monkeypatch: pytest.MonkeyPatch) -> None:
    resampling = Resampling(np.arange(50), draws=120, seed=3)
    whole = np.concatenate(list(resampling.draw_weightings()))
    monkeypatch.setattr("starcase.inference.models.bootstrap.CHUNK_CELLS", 500)
    assert np.array_equal(whole, np.concatenate(list(resampling.draw_weightings())))


def test_undefined_statistic_is_reported_as_undefined() -> None:
    effect = compute_percentile_interval(0.4, np.full(200, np.nan), level=0.95, n=3)
    assert (effect.low, effect.high, effect.p_value) == (-np.inf, np.inf, 1.0)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_is_between_the_raw_value_and_bonferroni_and_keeps_the_order(p: list[float]) -> None:
    adjusted = holm(p)
    assert np.all(adjusted >= np.array(p) - 1e-15)
    assert np.all(adjusted <= np.minimum(1, np.array(p) * max(1, len(p))) + 1e-15)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0)


def test_degenerate_input_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        Resampling(np.array([], dtype=np.int64), draws=100, seed=1)
    with pytest.raises(ValueError, match="at least 100"):
        Resampling(np.arange(3), draws=10, seed=1)
    with pytest.raises(ValueError, match="lie in"):
        holm([0.1, float("nan")])
