"""Boundaries: closed forms against simulated motion, and p-values that agree with the boundary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from starcase.inference import Boundary, Design, Mixture
from starcase.inference.anytime.boundary import FloatArray

RUNS, STEPS = 4_000, 1_000


def motion(drift: float, seed: int) -> tuple[FloatArray, FloatArray]:
    """z statistics of Brownian motion at fractions up to 1."""
    t = np.arange(1, STEPS + 1) / STEPS
    steps = np.random.default_rng(seed).standard_normal((RUNS, STEPS)) / STEPS**0.5
    return (np.cumsum(steps, axis=1) + drift * t) / np.sqrt(t), t


@pytest.mark.simulation
@pytest.mark.parametrize("drift", [0.0, 2.8])
@pytest.mark.parametrize("slope", [-0.5, 0.0, 0.4])
def test_crossing_probability_and_mean_stop_agree_with_simulation(drift: float, slope: float) -> None:
    """Looking only 1,000 times misses crossings as if the line were 0.583 / sqrt(1,000) higher (Siegmund 1985)."""
    line = Boundary.from_alpha(0.05, slope)
    z, t = motion(drift, 1)
    crossed = z >= line.at(t)
    raised = Boundary(height=line.height + 0.583 / STEPS**0.5, slope=slope)
    expected = raised.compute_crossing(drift)
    assert crossed.any(axis=1).mean() == pytest.approx(expected, abs=3 * (expected * (1 - expected) / RUNS) ** 0.5)
    stop = np.where(crossed.any(axis=1), t[crossed.argmax(axis=1)], 1.0)
    assert stop.mean() == pytest.approx(raised.compute_mean_stop(drift), abs=3 * stop.std() / RUNS**0.5 + 1 / STEPS)


@pytest.mark.simulation
def test_false_alarms_stay_within_alpha_before_and_after_the_planned_size() -> None:
    design = Design(alpha=0.1, reserve=0.3, futility=0.5)
    z, t = motion(0.0, 2)
    alarms = (np.abs(z) >= design.critical(5 * t)).any(axis=1).mean()
    assert alarms <= 0.1 + 3 * (0.1 * 0.9 / RUNS) ** 0.5
    assert alarms >= 0.05


@pytest.mark.simulation
def test_futility_is_rare_under_the_planned_effect_and_early_under_none() -> None:
    """Under the effect the motion falls behind its own path with the chance of crossing a flat line; without one it is
    in the wedge at least where it ends there."""
    design = Design(futility=0.5)
    tolerance = 3 * (0.25 / RUNS) ** 0.5
    behind = Boundary(height=design.drift / 2).compute_crossing(0.0)
    z, t = motion(design.drift, 3)
    assert design.is_futile(z, t).any(axis=1).mean() <= behind + tolerance
    z, t = motion(0.0, 3)
    assert design.is_futile(z, t).any(axis=1).mean() >= 1 - 2 * ndtr(-design.drift / 2) - tolerance


@pytest.mark.simulation
def test_futility_stopping_keeps_the_planned_power() -> None:
    """With no effect it ends before 72 % of the planned size, and with the effect its power stays above 0.77.

    Looking 1,000 times only misses 0.5 points of power, and 3 standard errors are 2 points.
    """
    design = Design.with_futility()
    found, size = {}, {}
    for drift in (0.0, design.drift):
        z, t = motion(drift, 6)
        shown = np.abs(z) >= design.critical(t)
        ended = shown | design.is_futile(z, t)
        first = np.where(ended.any(axis=1), ended.argmax(axis=1), STEPS - 1)
        found[drift] = shown[np.arange(RUNS), first].mean()
        size[drift] = t[first].mean()
    assert found[0.0] <= design.alpha + 3 * (0.05 * 0.95 / RUNS) ** 0.5
    assert size[0.0] <= 0.72
    assert size[design.drift] <= 0.76
    assert found[design.drift] >= 0.775 - 0.005 - 3 * (0.775 * 0.225 / RUNS) ** 0.5


@given(
    st.floats(0.001, 3.0),
    st.sampled_from(["both", "above", "below"]),
    st.floats(0.001, 0.3),
    st.floats(0.01, 0.5),
)
def test_p_values_agree_with_the_boundary(fraction: float, sides: str, alpha: float, reserve: float) -> None:
    design = Design(alpha=alpha, sides=sides, reserve=reserve)  # type: ignore[arg-type]
    z = float(design.critical(fraction)) * (-1 if sides == "below" else 1)
    assert design.p_value(z * 1.001, fraction) <= alpha * (1 + 1e-6)
    within = float(design.p_value(z * 0.999, fraction))
    assert within >= alpha * (1 - 1e-6) or fraction > 1
    assert 0 <= design.p_value(0.0, fraction) <= 1


@given(st.floats(0.001, 0.5), st.floats(0.01, 100), st.floats(0.001, 1_000))
def test_the_mixture_reaches_its_boundary_at_alpha(alpha: float, best: float, time: float) -> None:
    mixture = Mixture(alpha=alpha, best=best)
    assert float(mixture.p_value(mixture.critical(time), time)) == pytest.approx(alpha, rel=1e-6)


@pytest.mark.simulation
def test_mixture_boundary_is_crossed_at_most_at_alpha() -> None:
    z, t = motion(0.0, 4)
    alarms = (np.abs(z) >= Mixture(alpha=0.1, best=0.2).critical(t)).any(axis=1).mean()
    assert 0.02 <= alarms <= 0.1 + 3 * (0.1 * 0.9 / RUNS) ** 0.5


@pytest.mark.parametrize("settings", [{"alpha": 0.0}, {"power": 1.0}, {"reserve": 0.0}, {"futility": 1.0}])
def test_impossible_designs_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="lies in"):
        Design(**settings)  # type: ignore[arg-type]


def test_impossible_boundaries_are_refused() -> None:
    with pytest.raises(ValueError, match="stays above 0"):
        Boundary(height=1.0, slope=-1.0)
    with pytest.raises(ValueError, match="lies in"):
        Boundary.from_alpha(1.0)
    with pytest.raises(ValueError, match="lies in"):
        Mixture(alpha=0.05, best=0.0)


def test_zero_information_gives_no_evidence() -> None:
    design = Design()
    assert design.critical(0.0) == np.inf
    assert design.p_value(50.0, 0.0) == 1
