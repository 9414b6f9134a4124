"""Bounded values: intervals and guards that assume only the bounds, valid at every look."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.errors import DataError
from starcase.inference import Bernstein, BoundedMean, DifferenceGuard, DifferenceState, MeanGuard
from starcase.inference.anytime.labelled_events import Side

UNIT = st.floats(0, 1)


@pytest.mark.simulation
@pytest.mark.parametrize("rate", [0.02, 0.5])
def test_betting_covers_at_all_looks(rate: float) -> None:
    """Looks after 1, 2, 4 ... 1,024 values; misses in at most 10 % + 3 s.e. of 200 runs."""
    rng = np.random.default_rng(30)
    missed = 0
    for _ in range(200):
        values = (rng.random(1_024) < rate).astype(float)
        seen, out = BoundedMean(), False
        for start, until in [(0, 1), *((2**k, 2 ** (k + 1)) for k in range(10))]:
            seen = seen.with_values(values[start:until])
            low, high = seen.interval(0.9)
            out |= not low <= rate <= high
        missed += out
    assert missed / 200 <= 0.1 + 3 * (0.1 * 0.9 / 200) ** 0.5


@pytest.mark.simulation
@pytest.mark.parametrize("values", ["rare", "even"])
def test_bernstein_covers_at_all_looks(values: str) -> None:
    rng = np.random.default_rng(31)
    missed = 0
    for _ in range(100):
        x = (rng.random(800) < 0.05).astype(float) if values == "rare" else rng.random(800)
        seen = Bernstein(alpha=0.1).with_values(x)
        missed += not seen.low <= (0.05 if values == "rare" else 0.5) <= seen.high
    assert missed / 100 <= 0.1 + 3 * (0.1 * 0.9 / 100) ** 0.5


def test_both_intervals_narrow_for_low_variance() -> None:
    """Hoeffding's interval for 2,000 values at one look is 0.061 wide; a standard deviation of 0.05 allows 0.005."""
    x = np.clip(np.random.default_rng(32).normal(0.3, 0.05, 2_000), 0, 1)
    low, high = BoundedMean().with_values(x).interval(0.95)
    closed = Bernstein(alpha=0.05).with_values(x)
    assert low <= 0.3 <= high
    assert high - low < 0.03
    assert closed.high - closed.low < 0.03


@settings(max_examples=30)
@given(st.lists(UNIT, max_size=30), st.lists(UNIT, max_size=30))
def test_shards_can_be_added_in_any_order(one: list[float], other: list[float]) -> None:
    whole = BoundedMean().with_values(other + one)
    parts = BoundedMean().with_values(one) + BoundedMean().with_values(other)
    assert parts.n == whole.n
    assert np.allclose(parts.wealth, whole.wealth)
    assert parts.interval(0.95) == pytest.approx(whole.interval(0.95))


@given(st.lists(UNIT, max_size=40), st.integers(0, 40))
def test_stream_can_be_resumed_from_its_state(values: list[float], cut: int) -> None:
    whole = Bernstein(alpha=0.05).with_values(values)
    assert Bernstein(alpha=0.05).with_values(values[:cut]).with_values(values[cut:]) == whole
    assert whole.low <= whole.high or whole.n


@given(st.lists(UNIT, max_size=20), st.floats(0.05, 0.95))
def test_mean_at_the_limit_keeps_expected_wealth_at_one(values: list[float], allowed: float) -> None:
    """A value that is 1 with the allowed probability, and 0 else, has the allowed mean."""
    guard = MeanGuard(allowed=allowed, alpha=0.01)
    for value in values:
        guard.observe(value)
    after = []
    for value in (1.0, 0.0):
        branch = MeanGuard(allowed=allowed, alpha=0.01, state=guard.state)
        branch.observe(value)
        after.append(branch.wealth.now)
    assert allowed * after[0] + (1 - allowed) * after[1] == pytest.approx(guard.wealth.now, rel=1e-9)


@given(
    st.lists(st.tuples(UNIT, st.booleans()), max_size=20),
    st.floats(0.02, 0.98),
    UNIT,
    st.sampled_from(["above", "below"]),
    st.floats(-0.5, 0.5),
)
def test_difference_at_the_margin_keeps_expected_wealth_at_one(
    values: list[tuple[float, bool]], share: float, usual: float, side: Side, margin: float
) -> None:
    """0 or 1 with probability ``usual`` in the control, and that plus the margin in the treatment."""
    margin = max(-usual, min(1 - usual, margin))
    guard = DifferenceGuard(alpha=0.01, side=side, margin=margin if abs(margin) < 1 else 0.0)
    if guard.margin != margin:
        return
    for value, treated in values:
        guard.observe(value, treated=treated, share=0.3)
    expected = 0.0
    for treated, part in ((True, share), (False, 1 - share)):
        for value in (0.0, 1.0):
            rate = usual + margin * treated
            branch = DifferenceGuard(alpha=0.01, side=side, margin=margin, state=guard.state)
            branch.observe(value, treated=treated, share=share)
            assert branch.wealth.now >= 0
            expected += part * (rate if value else 1 - rate) * branch.wealth.now
    assert expected == pytest.approx(guard.wealth.now, rel=1e-6)


@pytest.mark.simulation
def test_guard_detects_a_difference_and_shows_non_inferiority() -> None:
    rng = np.random.default_rng(33)
    worse, fine = DifferenceGuard(alpha=0.01), DifferenceGuard(alpha=0.01, side="below", margin=0.1)
    for _ in range(3_000):
        treated = bool(rng.random() < 0.5)
        worse.observe(float(rng.random() < 0.2 + 0.1 * treated), treated=treated, share=0.5)
        fine.observe(float(rng.random() < 0.2), treated=treated, share=0.5)
    assert worse.tripped
    assert fine.tripped


def test_interval_before_the_first_value_is_the_whole_range() -> None:
    assert BoundedMean().interval(0.95) == (0.0, 1.0)
    empty = Bernstein(alpha=0.05).with_values([])
    assert (empty.low, empty.high) == (0.0, 1.0)
    constant = BoundedMean().with_values([0.0] * 10_000).interval(0.95)
    assert constant[0] == 0.0
    assert constant[1] < 0.01


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, 1e12])
def test_values_out_of_bounds_are_refused(value: float) -> None:
    with pytest.raises(DataError, match="lie"):
        BoundedMean().with_values([value])
    with pytest.raises(DataError, match="lie"):
        Bernstein(alpha=0.05).with_values([value])
    with pytest.raises(DataError, match="lie"):
        MeanGuard(allowed=0.5, alpha=0.05).observe(value)
    with pytest.raises(DataError, match="lie"):
        DifferenceGuard(alpha=0.05).observe(value, treated=True, share=0.5)


def test_impossible_settings_are_refused() -> None:
    for make in (
        lambda: MeanGuard(allowed=1.0, alpha=0.05),
        lambda: DifferenceGuard(alpha=0.05, margin=1.0),
        lambda: DifferenceGuard(alpha=1.5, state=DifferenceState()),
        lambda: Bernstein(alpha=0.0),
        lambda: BoundedMean().interval(1.0),
        lambda: DifferenceGuard(alpha=0.05).observe(0.5, treated=True, share=1.0),
    ):
        with pytest.raises(ValueError, match=r"lies in|judged"):
            make()
