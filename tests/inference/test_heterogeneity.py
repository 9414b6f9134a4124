"""Heterogeneity of segments: an e-value valid at every look for any common effect, with power."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, multivariate_normal

from starcase.inference import compute_heterogeneity

SPREADS = (0.5, 1.0, 2.0)
FloatArray = npt.NDArray[np.float64]


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=6), st.floats(-1e3, 1e3), st.floats(0.1, 2))
def test_e_value_ignores_common_effect_and_order(y: list[float], shift: float, error: float) -> None:
    errors = error * np.arange(1, len(y) + 1)
    found = compute_heterogeneity(y, errors, spreads=SPREADS)
    assert found >= 0
    assert compute_heterogeneity(np.array(y) + shift, errors, spreads=SPREADS) == pytest.approx(found, rel=1e-6)
    assert compute_heterogeneity(y[::-1], errors[::-1], spreads=SPREADS) == pytest.approx(found, rel=1e-9)


def test_e_value_is_the_likelihood_ratio_of_the_differences() -> None:
    y, errors, spread = np.array([0.2, -0.4, 1.9]), np.array([0.5, 0.7, 0.6]), 0.8
    apart = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])

    def density(variances: FloatArray) -> float:
        return float(multivariate_normal(cov=apart @ np.diag(variances) @ apart.T).pdf(apart @ y))

    ratio = density(errors**2 + spread**2) / density(errors**2)
    assert compute_heterogeneity(y, errors, spreads=[spread]) == pytest.approx(ratio, rel=1e-10)


@pytest.mark.simulation
def test_false_alarms_over_all_looks_stay_below_alpha_and_true_differences_are_found() -> None:
    """Four segments that grow at different paces, 30 looks; chance exceeds the bound once in 1,000 tests."""
    rng, runs, alpha = np.random.default_rng(5), 600, 0.05
    units = np.linspace(20, 600, 30)[:, None] * np.array([1.0, 0.5, 0.25, 0.1]) ** np.linspace(1.5, 1, 30)[:, None]
    steps = np.diff(units, axis=0, prepend=0.0)

    def alarms(effects: FloatArray) -> int:
        tripped = 0
        for _ in range(runs):
            sums = np.cumsum(effects * steps + rng.normal(size=steps.shape) * np.sqrt(steps), axis=0)
            looks = (
                compute_heterogeneity(s / n, 1 / np.sqrt(n), spreads=[0.1, 0.3])
                for s, n in zip(sums, units, strict=True)
            )
            tripped += any(evidence >= 1 / alpha for evidence in looks)
        return tripped

    assert alarms(np.full(4, 0.7)) <= binom.ppf(0.999, runs, alpha)
    assert alarms(np.array([0.4, 0.0, 0.0, 0.4])) > 0.9 * runs


@pytest.mark.parametrize(
    ("estimates", "errors", "spreads"),
    [([1.0], [1.0], [1.0]), ([1.0, 2.0], [1.0], [1.0]), ([1.0, np.nan], [1.0, 1.0], [1.0]), ([], [], [1.0]),
     ([1.0, 2.0], [1.0, 0.0], [1.0]), ([1.0, 2.0], [1.0, 1.0], []), ([1.0, 2.0], [1.0, 1.0], [0.0])],
)  # fmt: skip
def test_invalid_estimates_errors_or_spreads_are_refused(
    estimates: list[float], errors: list[float], spreads: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"each of two or more|lie above 0"):
        compute_heterogeneity(estimates, errors, spreads=spreads)
