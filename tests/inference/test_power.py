"""Planned sizes: power agrees with simulation, and sizes with published tables."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from starcase.errors import NotIdentifiable
from starcase.inference import (
    Count,
    FixedTest,
    Mean,
    MeanNoise,
    Moments,
    ProportionNoise,
    compare_proportions,
    compute_contrast,
    compute_days_needed,
    estimate_noise,
)


def test_sizes_are_those_of_the_textbooks() -> None:
    """Cohen (1988), table 2.4.1: d = .5, two-sided .05, power .80 needs 64 a group; d = .2 needs 394."""
    assert -(-FixedTest(noise=MeanNoise(1.0)).units(0.5) // 2) == 64
    assert -(-FixedTest(noise=MeanNoise(1.0)).units(0.2) // 2) == 394
    assert FixedTest(noise=ProportionNoise(0.05)).units(0.0025) / 2 == pytest.approx(122_121, rel=1e-4)


@given(
    st.sampled_from([MeanNoise(3.0), MeanNoise(1e-9), MeanNoise(1e9, 0.6), ProportionNoise(0.2)]),
    st.floats(0.05, 2.0),
    st.sampled_from([0.1, 0.5, 0.8]),
    st.sampled_from([1, 2]),
    st.sampled_from([0.5, 0.8, 0.95]),
)
def test_size_power_and_detectable_effect_are_consistent(
    noise: MeanNoise | ProportionNoise, size: float, share: float, sides: int, power: float
) -> None:
    test = FixedTest(noise=noise, share=share, sides=1 if sides == 1 else 2)
    effect = size * (noise.deviation if isinstance(noise, MeanNoise) else 0.1)
    units = test.units(effect, power)
    assert test.power(units, effect) >= power - 1e-6
    if units > 4:
        assert test.power(units - 1, effect) < power + 1e-6
    assert test.detectable(units, power) <= effect * (1 + 1e-6)


@pytest.mark.simulation
def test_power_agrees_with_simulation() -> None:
    rng = np.random.default_rng(3)
    runs = 4_000
    test = FixedTest(noise=ProportionNoise(0.2), share=0.3)
    units = test.units(0.08)
    many = round(units * 0.3)
    ones = rng.binomial(units - many, 0.2, runs), rng.binomial(many, 0.28, runs)
    shown = sum(
        compare_proportions(Count(int(x), units - many), Count(int(y), many)).p_value < 0.05
        for x, y in zip(*ones, strict=True)
    )
    three_errors, rounding_to_counts = 3 * (0.8 * 0.2 / runs) ** 0.5, 0.01
    assert abs(shown / runs - 0.8) <= three_errors + rounding_to_counts


def test_covariates_reduce_the_required_units() -> None:
    rng = np.random.default_rng(4)
    before = rng.normal(size=20_000)
    past = Moments.from_columns({"y": 0.6 * before + 0.8 * rng.normal(size=20_000), "before": before})
    plain, known = (FixedTest(noise=estimate_noise(Mean("y", given), past)).units(0.05) for given in ((), ("before",)))
    assert known / plain == pytest.approx(0.64, abs=0.03)
    assert estimate_noise(Mean("y"), past).explained == 0
    with pytest.raises(NotIdentifiable, match="does not vary"):
        estimate_noise(Mean("y"), Moments.from_columns({"y": np.ones(9)}))


def test_non_inferiority_test_is_one_sided() -> None:
    test = FixedTest(noise=MeanNoise(1.0), sides=1, margin=0.1)
    units = test.units(0.0)
    assert units == FixedTest(noise=MeanNoise(1.0), sides=1).units(0.1)
    assert test.detectable(units) == pytest.approx(0.0, abs=1e-4)
    assert test.power(units, -0.1) == pytest.approx(0.05, abs=1e-6)
    with pytest.raises(ValueError, match="one side"):
        FixedTest(noise=MeanNoise(1.0), margin=0.1)


def test_power_agrees_with_the_noncentral_t() -> None:
    got = FixedTest(noise=MeanNoise(2.0)).power(30, 1.5)
    critical, away = stats.t.ppf(0.975, 28), 1.5 / 2.0 * (30 / 4) ** 0.5
    want = stats.nct.sf(critical, 28, away) + stats.nct.cdf(-critical, 28, away)
    assert got == pytest.approx(want, rel=1e-6)
    assert FixedTest(noise=MeanNoise(1.0)).power(2, 5.0) == 0.0
    assert FixedTest(noise=MeanNoise(1e-9)).power(4_000, 1.0) == pytest.approx(1.0)


def test_days_are_whole_weeks() -> None:
    assert [compute_days_needed(units, 100) for units in (1, 700, 701)] == [7, 7, 14]
    assert compute_days_needed(10, [0.0, 0.0, 10.0], cycle=1) == 3
    for arrivals in (0.0, [1.0, 2.0], -3.0, [np.nan], [[1.0]]):
        with pytest.raises(ValueError, match=r"arrive|days bring|0 or more"):
            compute_days_needed(10, arrivals)


def test_invalid_plans_are_refused() -> None:
    test = FixedTest(noise=MeanNoise(1.0))
    with pytest.raises(ValueError, match="no number of units"):
        test.units(0.0)
    with pytest.raises(ValueError, match="power lies between"):
        test.units(0.1, power=1.0)
    for bad in (0.0, -1.0, inf, float("nan")):
        with pytest.raises(ValueError, match="deviation is positive"):
            MeanNoise(bad)
    for share in (0.0, 1.0, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            ProportionNoise(share)
        with pytest.raises(ValueError, match="lie in"):
            FixedTest(noise=MeanNoise(1.0), share=share)
    assert FixedTest(noise=ProportionNoise(0.5)).detectable(4) == inf


def test_noise_agrees_with_the_contrast() -> None:
    past = Moments.from_columns({"y": np.arange(100.0)})
    found = compute_contrast(Mean("y"), past, past)
    assert estimate_noise(Mean("y"), past).compute_scales(0.0, 0.5)[0] / 200**0.5 == pytest.approx(found.standard_error)
