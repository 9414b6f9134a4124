"""Sample ratio: a valid p-value after every unit, at every split, over ramps and over shards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.errors import DataError
from starcase.inference import SampleRatio

COUNTS = st.tuples(st.integers(0, 5_000), st.integers(0, 5_000))


@pytest.mark.simulation
@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.1)])
def test_correct_shares_give_few_false_alarms_over_all_looks(shares: tuple[float, float]) -> None:
    rng = np.random.default_rng(10)
    runs, looks, alpha = 200, 40, 0.1
    alarms = 0
    for _ in range(runs):
        arrived = np.cumsum(rng.multinomial(250, shares, size=looks), axis=0)
        alarms += min(SampleRatio({shares: (int(a), int(b))}).p_value for a, b in arrived) < alpha
    assert alarms / runs <= alpha + 3 * (alpha * (1 - alpha) / runs) ** 0.5


def test_wrong_shares_are_found() -> None:
    """Three standard deviations more than once off: 52 % of 20,000 instead of 50 % is 5.7 of them."""
    assert SampleRatio({(0.5, 0.5): (10_400, 9_600)}).p_value < 1e-4


@given(COUNTS, COUNTS, COUNTS)
def test_shards_add_up_and_stages_are_judged_by_their_own_shares(
    a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]
) -> None:
    first, second = (0.95, 0.05), (0.5, 0.5)
    one = SampleRatio().with_units(first, a).with_units(second, b).with_units(first, c)
    other = SampleRatio({second: b}) + SampleRatio({first: c}) + SampleRatio({first: a})
    assert one.counts == other.counts
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)
    assert 0 < one.p_value <= 1


def test_ramp_gives_no_sample_ratio_mismatch() -> None:
    ramp = SampleRatio({(0.95, 0.05): (9_500, 500), (0.5, 0.5): (5_000, 5_000)})
    assert ramp.p_value == 1
    assert ramp.units == 20_000


def test_zero_units_give_no_evidence() -> None:
    assert SampleRatio().p_value == 1
    assert SampleRatio({(0.5, 0.5): (0, 0)}).p_value == 1
    assert SampleRatio({(0.5, 0.5): (10**12, 10**12)}).p_value == 1


@pytest.mark.parametrize(
    ("shares", "arrived"), [((0.5, 0.6), (1, 1)), ((1.0, 0.0), (1, 1)), ((0.5, 0.5), (-1, 1)), ((1.0,), (1,))]
)
def test_invalid_shares_or_counts_are_refused(shares: tuple[float, ...], arrived: tuple[int, ...]) -> None:
    with pytest.raises(DataError):
        SampleRatio({shares: arrived})
