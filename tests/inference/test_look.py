"""Interim looks: bounded false alarms over all looks, coverage, stable decisions, and degenerate data."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.errors import DataError
from starcase.inference import (
    ComparisonPlan,
    Count,
    Design,
    Mean,
    Mixture,
    Moments,
    Ratio,
    Reading,
    compute_arm_moments,
    compute_path,
    estimate_given_stop,
    estimate_median_unbiased,
    look_at_arms,
    look_at_counts,
    look_at_stages,
)
from starcase.inference.anytime.estimate_path import BoolArray, FloatArray

PLANNED = 400
QUESTION = ComparisonPlan(metric=Mean("y"), control_n=PLANNED, treatment_n=PLANNED)
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=40)


def arms(values: list[float]) -> tuple[Moments, Moments]:
    """Return the arms of alternating values."""
    control, treatment = compute_arm_moments({"y": values}, np.arange(len(values)) % 2, 2)
    return control, treatment


@pytest.mark.simulation
@pytest.mark.parametrize("effect", [0.0, 0.3])
@pytest.mark.parametrize("share", [0.5, 0.1])
def test_all_intervals_together_cover_the_truth(effect: float, share: float) -> None:
    """A skewed outcome, a look after every event, going on beyond the plan: misses in at most alpha of 1,500 runs."""
    rng = np.random.default_rng(20)
    runs, events = 1_500, 1_000
    treated = rng.random((runs, events)) < share
    values = rng.exponential(size=treated.shape) + effect * treated
    path = compute_path(values, treated)
    design = Design(alpha=0.1)
    low, high = path.interval(design, path.fraction(0.8 * events * (1 - share), 0.8 * events * share))
    missed = ((low > effect) | (high < effect)).any(axis=1).mean()
    skew = 0.02  # a mean of a hundred exponential values is not quite normal; the tail at z = 2 is 1 point off
    assert missed <= 0.1 + 3 * (0.1 * 0.9 / runs) ** 0.5 + skew


@given(VALUES, st.booleans())
def test_last_point_of_a_path_equals_the_look(values: list[float], given_x: bool) -> None:
    x = np.arange(len(values)) % 5 * 1.5
    treated = np.arange(len(values)) % 2 == 1
    metric = Mean("y", given=("x",)) if given_x else Mean("y")
    control, treatment = compute_arm_moments({"y": values, "x": x}, treated, 2)
    question = ComparisonPlan(metric=metric, control_n=PLANNED, treatment_n=PLANNED)
    path = compute_path(values, treated, x if given_x else None)
    reading = look_at_arms(question, control, treatment)
    scale = max(1.0, float(np.abs(values).max()))
    assert path.fraction(PLANNED, PLANNED)[-1] == pytest.approx(reading.fraction)
    if path.standard_error[-1] < 1e-6 * scale:
        return
    assert path.estimate[-1] == pytest.approx(reading.estimate, rel=1e-6, abs=1e-9 * scale)
    half = path.standard_error[-1] * question.design.critical(reading.fraction)
    assert half == pytest.approx(reading.high - reading.estimate, rel=1e-6)


@given(VALUES, st.floats(0.1, 10), st.floats(-1e3, 1e3))
def test_swapped_arms_and_rescaled_values_give_the_same_reading(
    values: list[float], scale: float, shift: float
) -> None:
    control, treatment = arms(values)
    one = look_at_arms(QUESTION, control, treatment)
    other = look_at_arms(QUESTION, treatment, control)
    assert (other.estimate, other.low, other.high) == pytest.approx((-one.estimate, -one.high, -one.low))
    assert other.p_value == pytest.approx(one.p_value)
    spread = float(np.ptp(values))
    if spread > 1e-3:
        scaled = look_at_arms(QUESTION, *arms([value * scale + shift for value in values]))
        assert scaled.p_value == pytest.approx(one.p_value, rel=1e-3)


@given(VALUES)
def test_intervals_and_p_values_agree(values: list[float]) -> None:
    reading = look_at_arms(QUESTION, *arms(values))
    if not math.isclose(reading.p_value, 0.05, rel_tol=1e-6):
        assert (reading.p_value < 0.05) == (not reading.low <= 0 <= reading.high)


def test_later_readings_narrow_and_keep_decisions() -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(size=400) + 0.8 * (np.arange(400) % 2), rng.normal(size=2_000)])
    earlier: Reading | None = None
    seen = []
    for until in range(20, values.size, 20):
        earlier = look_at_arms(QUESTION, *arms(values[:until].tolist()), earlier)
        seen.append(earlier)
    assert all(a.low <= b.low and a.high >= b.high and a.p_value >= b.p_value for a, b in pairwise(seen))
    first = next(at for at, reading in enumerate(seen) if reading.decided)
    assert {reading.verdict for reading in seen[first:]} == {"better"}
    assert {reading.median for reading in seen[first:]} == {seen[first].median}
    assert "Better" in seen[-1].sentence


@pytest.mark.parametrize(
    ("margin", "better", "effect", "verdict"),
    [
        (0.0, "higher", 0.5, "better"),
        (0.0, "lower", 0.5, "worse"),
        (0.4, "higher", -0.1, "not worse"),
        (0.2, "higher", -0.6, "worse"),
        (0.2, "lower", 0.2, "hold"),
    ],
)
def test_verdict_depends_on_the_margin(margin: float, better: str, effect: float, verdict: str) -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(size=800) + effect * (np.arange(800) % 2)
    question = ComparisonPlan(metric=Mean("y"), control_n=400, treatment_n=400, margin=margin, better=better)  # type: ignore[arg-type]
    assert look_at_arms(question, *arms(values.tolist())).verdict == verdict


@pytest.mark.simulation
def test_trend_under_a_ramp_gives_no_effect() -> None:
    """Values rise by two standard deviations while the share goes from 5 to 50 %: pooled it is always called better."""
    rng = np.random.default_rng(9)
    question = ComparisonPlan(metric=Mean("y"), control_n=1_000, treatment_n=1_000, design=Design(alpha=0.1))
    pooled, apart = 0, 0
    for _ in range(200):
        stages = []
        for level, share in ((0.0, 0.05), (1.0, 0.25), (2.0, 0.5)):
            treated = rng.random(500) < share
            stages.append(compute_arm_moments({"y": level + rng.normal(size=500)}, treated, 2))
        whole = [sum(arm[1:], start=arm[0]) for arm in zip(*stages, strict=True)]
        pooled += look_at_arms(question, *whole).decided
        apart += look_at_stages(question, [(control, treatment) for control, treatment in stages]).decided
    assert pooled == 200
    assert apart / 200 <= 0.1 + 3 * (0.1 * 0.9 / 200) ** 0.5


@given(VALUES)
def test_single_stage_equals_a_plain_look(values: list[float]) -> None:
    one, whole = look_at_stages(QUESTION, [arms(values)]), look_at_arms(QUESTION, *arms(values))
    assert (one.low, one.high, one.verdict) == (whole.low, whole.high, whole.verdict)
    assert one.estimate == whole.estimate or math.isinf(whole.high)  # squares of 1e-200 vanish: nothing varies
    assert look_at_stages(QUESTION, []).verdict == "hold"


def test_futility_reports_that_the_effect_is_out_of_reach() -> None:
    question = ComparisonPlan(metric=Mean("y"), control_n=400, treatment_n=400, design=Design(futility=0.5))
    values = np.random.default_rng(6).normal(size=720)
    reading = look_at_arms(question, *arms(values.tolist()))
    assert reading.verdict == "out of reach"
    assert "out of reach" in reading.sentence


@given(st.integers(0, 60), st.integers(0, 60), st.integers(60, 4_000), st.integers(60, 4_000))
def test_exact_test_for_small_counts_only_widens_the_interval(x0: int, x1: int, n0: int, n1: int) -> None:
    """The exact test can remove an alarm; it never adds one."""
    exact = look_at_counts(QUESTION, Count(x0, n0), Count(x1, n1))
    control = Moments.from_columns({"y": [1.0] * x0 + [0.0] * (n0 - x0)})
    treatment = Moments.from_columns({"y": [1.0] * x1 + [0.0] * (n1 - x1)})
    plain = look_at_arms(QUESTION, control, treatment)
    assert exact.low <= plain.low + 1e-9
    assert exact.high >= plain.high - 1e-9
    assert exact.p_value >= plain.p_value - 1e-9
    assert exact.estimate == pytest.approx(plain.estimate, abs=1e-12)


def test_empty_denominator_or_arm_gives_hold() -> None:
    empty = Moments.empty(("y",))
    assert look_at_arms(QUESTION, empty, empty).verdict == "hold"
    one = Moments.from_columns({"y": [1.0]})
    for control, treatment in ((one, one), (empty, Moments.from_columns({"y": [1.0, 2.0, 3.0]}))):
        reading = look_at_arms(QUESTION, control, treatment)
        assert (reading.low, reading.high, reading.p_value, reading.verdict) == (-math.inf, math.inf, 1.0, "hold")
    nothing = Moments.from_columns({"a": [1.0, 2.0], "b": [0.0, 0.0]})
    ratio = ComparisonPlan(metric=Ratio("a", "b"), control_n=10, treatment_n=10)
    assert look_at_arms(ratio, nothing, nothing).verdict == "hold"


def test_equal_constant_outcomes_give_no_evidence() -> None:
    same = Moments.from_columns({"y": [7.0] * 500})
    reading = look_at_arms(QUESTION, same, same)
    assert (reading.low, reading.high, reading.verdict) == (-math.inf, math.inf, "hold")
    assert look_at_arms(QUESTION, same, Moments.from_columns({"y": [8.0] * 500})).verdict == "better"
    assert look_at_counts(QUESTION, Count(0, 500), Count(0, 500)).verdict == "hold"
    assert look_at_counts(QUESTION, Count(0, 500), Count(500, 500)).verdict == "better"


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("offset", [0.0, 1e12])
def test_scale_and_offset_do_not_change_the_verdict(scale: float, offset: float) -> None:
    if scale < 1 and offset:
        return
    y = np.random.default_rng(7).normal(size=800) + 0.5 * (np.arange(800) % 2)
    plain = look_at_arms(QUESTION, *arms(y.tolist()))
    moved = look_at_arms(QUESTION, *arms((y * scale + offset).tolist()))
    assert moved.p_value == pytest.approx(plain.p_value, rel=0.02)
    assert moved.estimate == pytest.approx(plain.estimate * scale, rel=2e-3)


def test_invalid_input_of_a_look_is_refused() -> None:
    with pytest.raises(DataError, match="finite"):
        compute_path([1.0, math.nan], [False, True])
    with pytest.raises(DataError, match="finite"):
        compute_path([1.0, math.inf], [False, True])
    with pytest.raises(DataError, match="one arm"):
        compute_path([1.0, 2.0], [False])
    assert compute_path([], []).z.size == 0
    with pytest.raises(ValueError, match="planned size"):
        ComparisonPlan(metric=Mean("y"), control_n=0, treatment_n=5)
    with pytest.raises(ValueError, match="tolerated"):
        ComparisonPlan(metric=Mean("y"), control_n=5, treatment_n=5, margin=-0.1)


def stopped(drift: float, runs: int, seed: int) -> tuple[FloatArray, FloatArray, BoolArray]:
    """z and fraction at the end of experiments, and which of them stopped at the boundary."""
    steps = 500
    t = np.arange(1, steps + 1) / steps
    noise = np.random.default_rng(seed).standard_normal((runs, steps)) / steps**0.5
    z = (np.cumsum(noise, axis=1) + drift * t) / t**0.5
    out = np.abs(z) >= Design().critical(t)
    first = np.where(out.any(axis=1), out.argmax(axis=1), steps - 1)
    return z[np.arange(runs), first], t[first], np.asarray(out.any(axis=1))


@pytest.mark.simulation
@pytest.mark.parametrize("drift", [1.0, 2.8, 5.0])
def test_estimate_at_a_stop_is_median_unbiased(drift: float) -> None:
    """Of all experiments, stopped or run to the planned size, half lie above the truth; 2,000 runs, 3 s.e. = 3.4 %.

    Looking 500 times only lets the motion overshoot, which moves the median up by under 3 points.
    """
    z, t, _ = stopped(drift, 2_000, 8)
    found = [estimate_median_unbiased(Design(), *at) / at[1] ** 0.5 for at in zip(z.tolist(), t.tolist(), strict=True)]
    high = np.mean(np.array(found) > drift)
    assert high == pytest.approx(0.5, abs=3 * 0.5 / 2_000**0.5 + 0.03)


@pytest.mark.simulation
@pytest.mark.parametrize("drift", [1.5, 2.2, 2.8])
def test_conditional_estimate_removes_most_of_the_stopping_bias(drift: float) -> None:
    """The mean error among stopped experiments falls to under 40 % of the plain estimate's, plus 3 s.e."""
    z, t, out = stopped(drift, 3_000, 9)
    plain = z[out] / t[out] ** 0.5 - drift
    pairs = zip(z[out].tolist(), t[out].tolist(), strict=True)
    corrected = np.array([estimate_given_stop(Design(), *at) / at[1] ** 0.5 for at in pairs]) - drift
    assert abs(corrected.mean()) <= 0.4 * plain.mean() + 3 * corrected.std() / corrected.size**0.5
    assert plain.mean() > 0.5


def test_estimate_before_a_stop_is_not_corrected() -> None:
    for design in (Design(), Mixture(alpha=0.05)):
        for correct in (estimate_median_unbiased, estimate_given_stop):
            assert correct(design, 1.0, 0.5) == 1.0
            assert correct(design, -6.0, 1.5) == -6.0
