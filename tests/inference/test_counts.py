"""Event counts in time, the ratio of two rates, and the effect of a shift in the mix on the objective."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from starcase.errors import DataError, NotIdentifiable
from starcase.inference import CountGuard, Moments, RateRatio, estimate_drift_effect

EVENTS = st.dictionaries(
    st.sampled_from([0.01, 0.05, 0.25, 0.5]), st.tuples(st.integers(0, 200), st.integers(0, 2_000)), max_size=4
)


@given(st.lists(st.integers(0, 12), max_size=20), st.floats(0.1, 1.5))
def test_counts_at_the_limit_keep_expected_wealth_at_one(counts: list[int], exposure: float) -> None:
    guard = CountGuard(allowed=1.5, alpha=0.01)
    for count in counts:
        guard.observe(count, exposure=1.0)
    expected = 0.0
    for count in range(100):
        branch = CountGuard(allowed=1.5, alpha=0.01, state=guard.state)
        branch.observe(count, exposure=exposure)
        expected += float(poisson.pmf(count, 1.5 * exposure)) * branch.wealth.now
    assert expected == pytest.approx(guard.wealth.now, rel=1e-6)


def test_doubled_rate_is_detected_and_invalid_counts_are_refused() -> None:
    """Twice four an hour is worth 1.55 nats an hour: log(100) and the mixture take about five."""
    rng = np.random.default_rng(40)
    guard = CountGuard(allowed=4.0, alpha=0.01)
    for count in rng.poisson(8.0, 24).tolist():
        guard.observe(count, exposure=1.0)
    assert guard.tripped
    guard.observe(10**12, exposure=1.0)
    assert math.isfinite(guard.wealth.now)
    for events, exposure in ((-1, 1.0), (1, 0.0), (1, math.nan), (1, math.inf)):
        with pytest.raises(DataError, match="0 or more"):
            guard.observe(events, exposure=exposure)
    with pytest.raises(ValueError, match="above 0"):
        CountGuard(allowed=0.0, alpha=0.01)


@given(EVENTS, EVENTS)
def test_ratios_of_shards_add_up_and_agree_with_their_p_value(
    one: dict[float, tuple[int, int]], other: dict[float, tuple[int, int]]
) -> None:
    both = RateRatio(one) + RateRatio(other)
    assert both.counts == (RateRatio(other) + RateRatio(one)).counts
    low, high = both.interval(0.95)
    assert low < high
    for ratio in (0.5, 1.0, 3.0):
        if not any(math.isclose(ratio, end, rel_tol=1e-6) for end in (low, high)):
            assert (both.p_value(ratio) > 0.05) == (low < ratio < high)


@pytest.mark.simulation
def test_the_interval_of_a_ratio_covers_at_all_looks() -> None:
    """Twenty looks, a ramp from 5 to 50 %, a true ratio of 2; misses in at most 10 % + 3 s.e. of 120 runs."""
    rng = np.random.default_rng(41)
    missed = 0
    for _ in range(120):
        seen, out = RateRatio(), False
        for share in np.repeat([0.05, 0.5], 10).tolist():
            canary = int(rng.binomial(30, 2 * share / (2 * share + 1 - share)))
            seen = seen.with_events(share, canary=canary, control=30 - canary)
            low, high = seen.interval(0.9)
            out |= not low <= 2 <= high
        missed += out
    assert missed / 120 <= 0.1 + 3 * (0.1 * 0.9 / 120) ** 0.5


def test_arms_without_events_give_an_unbounded_ratio() -> None:
    assert RateRatio().interval(0.95) == (0.0, math.inf)
    assert RateRatio().p_value() == 1
    assert RateRatio({0.5: (0, 50)}).interval(0.95)[0] == 0
    assert RateRatio({0.5: (50, 0)}).interval(0.95)[1] == math.inf
    assert RateRatio({0.5: (10**12, 10**12)}).interval(0.95) == pytest.approx((1, 1), abs=1e-4)
    with pytest.raises(DataError, match="two arms"):
        RateRatio({1.0: (1, 1)})
    with pytest.raises(ValueError, match="level"):
        RateRatio().interval(1.0)


@pytest.mark.simulation
def test_interval_of_the_drift_effect_covers() -> None:
    """Three cells, mixes and means all sampled; 400 runs at 90 %: 3 s.e. = 4.5 points."""
    rng = np.random.default_rng(42)
    old, new, means = [0.5, 0.3, 0.2], [0.4, 0.3, 0.3], np.array([0.1, 0.3, 0.8])
    truth = float((np.array(new) - old) @ means)
    covered = 0
    for _ in range(400):
        before, now = rng.multinomial(600, old), rng.multinomial(500, new)
        cells = {at: Moments.from_columns({"y": rng.random(n) < means[at]}) for at, n in enumerate(before.tolist())}
        effect = estimate_drift_effect("y", cells, dict(enumerate(now.tolist())), level=0.9)
        covered += effect.low <= truth <= effect.high
    assert covered / 400 == pytest.approx(0.9, abs=3 * (0.9 * 0.1 / 400) ** 0.5)


def test_unknown_cells_are_bounded_or_refused() -> None:
    cells = {"old": Moments.from_columns({"y": [0.2, 0.4, 0.3, 0.3] * 100}), "empty": Moments.empty(("y",))}
    with pytest.raises(NotIdentifiable, match=r"50\.0%"):
        estimate_drift_effect("y", cells, {"old": 100, "new": 100})
    effect = estimate_drift_effect("y", cells, {"old": 100, "new": 60, "empty": 40}, bounds=(0.0, 1.0))
    assert effect.low <= 0.5 * 0.3 + 0.0 - 0.3 + 1e-9
    assert effect.high >= 0.5 * 0.3 + 0.5 - 0.3 - 1e-9
    for reference, now in (({}, {"a": 1}), (cells, {})):
        with pytest.raises(NotIdentifiable, match="no mix"):
            estimate_drift_effect("y", reference, now)
    with pytest.raises(ValueError, match="level"):
        estimate_drift_effect("y", cells, {"old": 1}, level=1.0)
    same = estimate_drift_effect("y", {"one": Moments.from_columns({"y": [1e12] * 50})}, {"one": 50})
    assert (same.estimate, same.p_value) == (0.0, 1.0)
