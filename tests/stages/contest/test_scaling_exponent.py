"""Exponents are estimated correctly, and their intervals have nominal coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.stages.contest.scaling_exponent import fit_exponent

SIZES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


@given(st.floats(-2, 4), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_an_exact_power_gives_its_exponent_in_any_unit(power: float, scale: float, unit: float) -> None:
    found = fit_exponent([unit * size for size in SIZES], [scale * size**power for size in SIZES], level=0.95)
    assert found is not None
    assert found.value == pytest.approx(power, abs=1e-6)
    assert found.high - found.low < 1e-6


def test_the_exponent_interval_has_its_nominal_coverage() -> None:
    rng = np.random.default_rng(3)
    runs, held = 2_000, 0
    for noise in rng.normal(0, 0.2, (runs, len(SIZES))):
        found = fit_exponent(SIZES, np.exp(1.5 * np.log(SIZES) + noise).tolist(), level=0.95)
        held += found is not None and found.low <= 1.5 <= found.high
    assert held / runs >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / runs)


def test_the_interval_covers_the_steep_end_of_a_convex_curve() -> None:
    found = fit_exponent(SIZES, [size + 30 * size**3 for size in SIZES], level=0.95)
    assert found is not None
    assert found.value < 2.7 < found.high


def test_two_sizes_give_no_exponent() -> None:
    assert fit_exponent([1, 2], [1, 2], level=0.95) is None
    assert fit_exponent(SIZES, [0.0, 0.0, 0.0, 1.0, 2.0], level=0.95) is None
