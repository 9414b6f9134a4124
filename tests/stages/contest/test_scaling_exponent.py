"""An exponent is found where there is one, and its interval holds it as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.stages.contest.scaling_exponent import fit_exponent

SIZES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


@given(st.floats(-2, 4), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_a_power_is_its_own_exponent_in_any_unit(power: float, scale: float, unit: float) -> None:
    found = fit_exponent([unit * size for size in SIZES], [scale * size**power for size in SIZES], level=0.95)
    assert found is not None
    assert found.value == pytest.approx(power, abs=1e-6)
    assert found.high - found.low < 1e-6


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    runs, held = 2_000, 0
    for noise in rng.normal(0, 0.2, (runs, len(SIZES))):
        found = fit_exponent(SIZES, np.exp(1.5 * np.log(SIZES) + noise).tolist(), level=0.95)
        held += found is not None and found.low <= 1.5 <= found.high
    assert held / runs >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / runs)


def test_a_curve_that_bends_upwards_is_covered_at_its_steep_end() -> None:
    found = fit_exponent(SIZES, [size + 30 * size**3 for size in SIZES], level=0.95)
    assert found is not None
    assert found.value < 2.7 < found.high


def test_two_sizes_do_not_make_an_exponent() -> None:
    assert fit_exponent([1, 2], [1, 2], level=0.95) is None
    assert fit_exponent(SIZES, [0.0, 0.0, 0.0, 1.0, 2.0], level=0.95) is None
