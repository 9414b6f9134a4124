"""Effects of means and ratios: equal to independent formulas, invariant to order and scale, with valid coverage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from starcase.errors import NotComparable, NotIdentifiable
from starcase.inference import (
    DeltaMetric,
    Effect,
    Mean,
    Moments,
    Ratio,
    compute_contrast,
    estimate_difference,
    estimate_relative_difference,
    fill_gaps,
)
from starcase.inference.arms.contrast import Contrast, build_relative_effect

AGREEMENT = 1e-6
Columns = dict[str, npt.NDArray[np.float64]]


def arms(seed: int, sizes: tuple[int, int] = (300, 500), shift: float = 0.3) -> tuple[Columns, Columns]:
    rng = np.random.default_rng(seed)

    def drawn(n: int, lift: float) -> Columns:
        before = rng.normal(size=n)
        orders = rng.poisson(2.0, n) + 1.0
        return {
            "y": 4 + 0.8 * before + rng.normal(size=n) + lift,
            "before": before,
            "other": before + rng.normal(size=n),
            "orders": orders.astype(np.float64),
            "revenue": orders * (5 + lift + rng.normal(size=n)),
        }

    return drawn(sizes[0], 0.0), drawn(sizes[1], shift)


def both(metric: DeltaMetric, one: Columns, other: Columns, level: float = 0.95) -> tuple[Effect, Effect]:
    moments = Moments.from_columns(one), Moments.from_columns(other)
    return estimate_difference(metric, *moments, level=level), estimate_relative_difference(
        metric, *moments, level=level
    )


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e9])
@pytest.mark.parametrize("offset", [0.0, 1e3])
def test_a_mean_agrees_with_scipy(scale: float, offset: float) -> None:
    one, other = ({"y": scale * (offset + arm["y"])} for arm in arms(1))
    theirs = stats.ttest_ind(other["y"], one["y"], equal_var=False)
    ends = theirs.confidence_interval(0.95)
    ours = both(Mean("y"), one, other)[0]
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=AGREEMENT)
    assert [ours.low, ours.high] == pytest.approx([ends.low, ends.high], rel=AGREEMENT)


def test_values_near_1e12_keep_their_p_value() -> None:
    one, other = arms(2)
    far = [{"y": 1e12 + np.round(arm["y"] * 1024) / 1024} for arm in (one, other)]
    near = [{"y": arm["y"] - 1e12} for arm in far]
    assert both(Mean("y"), far[0], far[1])[0].p_value == pytest.approx(
        both(Mean("y"), near[0], near[1])[0].p_value, rel=AGREEMENT
    )


def test_tiny_p_values_are_not_zero() -> None:
    one = {"y": np.random.default_rng(3).normal(size=2_000)}
    effect = both(Mean("y"), one, {"y": one["y"] + 1.0})[0]
    assert 0 < effect.p_value < 1e-150


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("given", [(), ("before",), ("before", "other")])
def test_covariates_agree_with_the_regression_by_hand(given: tuple[str, ...], scale: float) -> None:
    one, other = ({name: scale * values for name, values in arm.items()} for arm in arms(4))
    pooled = {name: np.concatenate([one[name], other[name]]) for name in one}
    known = np.column_stack([pooled[name] - pooled[name].mean() for name in given]) if given else np.zeros((800, 0))
    slope = np.linalg.lstsq(known, pooled["y"] - pooled["y"].mean(), rcond=None)[0]
    left = pooled["y"] - known @ slope
    theirs = stats.ttest_ind(left[300:], left[:300], equal_var=False)
    ours = both(Mean("y", given), one, other)[0]
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=AGREEMENT)
    assert ours.estimate == pytest.approx(left[300:].mean() - left[:300].mean(), rel=AGREEMENT)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_a_ratio_agrees_with_its_linearisation(scale: float) -> None:
    one, other = ({name: scale * values for name, values in arm.items()} for arm in arms(5))
    values, lines = [], []
    for arm in (one, other):
        ratio = arm["revenue"].sum() / arm["orders"].sum()
        values.append(ratio)
        lines.append(ratio + (arm["revenue"] - ratio * arm["orders"]) / arm["orders"].mean())
    theirs = stats.ttest_ind(lines[1], lines[0], equal_var=False)
    ours = both(Ratio("revenue", "orders"), one, other)[0]
    assert ours.estimate == pytest.approx(values[1] - values[0], rel=AGREEMENT)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=AGREEMENT)


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.9, 0.99]), st.floats(-1.5, 1.5))
def test_swapping_the_arms_changes_only_the_sign(seed: int, level: float, shift: float) -> None:
    one, other = arms(seed, (8, 11), shift)
    for metric in (Mean("y"), Mean("y", ("before",)), Ratio("revenue", "orders")):
        forth, share = both(metric, one, other, level)
        back, inverse = both(metric, other, one, level)
        assert back.p_value == pytest.approx(forth.p_value, rel=1e-9)
        assert [-back.high, -back.low] == pytest.approx([forth.low, forth.high], rel=1e-9, abs=1e-12)
        assert (share.p_value < 1 - level) == (not share.low <= 0 <= share.high)
        assert (forth.p_value < 1 - level) == (not forth.low <= 0 <= forth.high)
        if np.isfinite([share.low, share.high, inverse.low, inverse.high]).all() and min(share.low, inverse.low) > -1:
            turned = [1 / (1 + inverse.high) - 1, 1 / (1 + inverse.low) - 1]
            assert turned == pytest.approx([share.low, share.high], rel=1e-6, abs=1e-9)


@given(st.integers(0, 10_000), st.floats(1e-6, 1e6), st.booleans(), st.floats(-1e3, 1e3))
def test_the_unit_of_measurement_does_not_matter(seed: int, scale: float, turned: bool, offset: float) -> None:
    one, other = arms(seed, (8, 11))
    factor = -scale if turned else scale
    moved = [{"y": factor * (arm["y"] + offset)} for arm in (one, other)]
    first, second = both(Mean("y"), one, other)[0], both(Mean("y"), moved[0], moved[1])[0]
    assert second.p_value == pytest.approx(first.p_value, rel=1e-6)
    assert second.estimate == pytest.approx(factor * first.estimate, rel=1e-6, abs=1e-9 * scale)


def test_relative_effect_on_a_zero_control_is_unbounded_on_one_side() -> None:
    found = Contrast(
        control=0.1,
        difference=2.0,
        control_variance=0.04,
        treatment_variance=0.04,
        control_n=500,
        treatment_n=500,
        method="",
        assumptions=(),
    )
    effect = build_relative_effect(found, level=0.95)
    assert 0 < effect.low < effect.estimate
    assert effect.high == np.inf
    assert effect.p_value < 0.05


def test_a_ratio_unbounded_both_ways_says_so() -> None:
    one, other = {"y": np.array([-1.0, 1.0, 0.1])}, {"y": np.array([-1.0, 1.2, 0.1])}
    effect = both(Mean("y"), one, other)[1]
    assert (effect.low, effect.high) == (-np.inf, np.inf)
    assert effect.p_value > 0.05


@pytest.mark.parametrize("values", [(1.0, 1.0), (1.0, 2.0), (0.0, 0.0), (0.0, 3.0)])
def test_zero_variance_gives_an_infinite_interval(values: tuple[float, float]) -> None:
    one, other = ({"y": np.full(50, value)} for value in values)
    for effect in both(Mean("y"), one, other):
        assert (effect.low, effect.high, effect.p_value) == (-np.inf, np.inf, 1.0)
        assert "nothing varies" in effect.method
        assert not np.isnan(effect.estimate)


def test_constant_or_collinear_covariates_do_not_change_the_result() -> None:
    one, other = arms(6)
    for arm in (one, other):
        arm["same"], arm["twice"] = np.ones(arm["y"].size), 2 * arm["before"] + 1
    plain = both(Mean("y", ("before",)), one, other)[0]
    more = both(Mean("y", ("before", "same", "twice")), one, other)[0]
    assert more.p_value == pytest.approx(plain.p_value, rel=1e-6)


def test_units_with_missing_covariate_are_kept() -> None:
    one, other = arms(7)
    for arm in (one, other):
        holes = np.where(np.arange(arm["y"].size) % 3 == 0, np.nan, arm["before"])
        arm["before"], arm["unknown"] = fill_gaps(holes)
    plain, adjusted = (both(Mean("y", given), one, other)[0] for given in ((), ("before", "unknown")))
    assert adjusted.n == plain.n == 800
    assert adjusted.high - adjusted.low < plain.high - plain.low
    assert fill_gaps([np.nan])[0].tolist() == [0.0]


def test_too_few_rows_are_refused() -> None:
    empty, one, two = (Moments.from_columns({"y": np.arange(float(n)), "d": np.zeros(n)}) for n in (0, 1, 2))
    for few in (empty, one):
        with pytest.raises(NotIdentifiable, match="rows are too few"):
            compute_contrast(Mean("y"), few, two)
    with pytest.raises(NotIdentifiable, match="d sums to zero over 2 units"):
        compute_contrast(Ratio("y", "d"), two, two)
    with pytest.raises(NotComparable, match="different columns"):
        compute_contrast(Mean("y"), two, Moments.from_columns({"y": [1.0, 2.0]}))
    with pytest.raises(ValueError, match="between 0 and 1"):
        estimate_difference(Mean("y"), two, two, level=95)


@pytest.mark.simulation
@pytest.mark.parametrize(
    "metric", [Mean("y"), Mean("y", ("before",)), Ratio("revenue", "orders")], ids=lambda m: m.name
)
def test_the_intervals_cover(metric: DeltaMetric) -> None:
    runs, level = 1_500, 0.9
    absolute = share = 0
    truth, base = (0.25, 5.0) if isinstance(metric, Ratio) else (0.25, 4.0)
    for run in range(runs):
        one, other = arms(run, (150, 250), 0.25)
        first, second = both(metric, one, other, level)
        absolute += first.low <= truth <= first.high
        share += second.low <= truth / base <= second.high
    tolerance = 3 * (level * (1 - level) / runs) ** 0.5
    delta_method = 0.005  # what the curvature of a ratio costs at 150 units: of order 1 / n
    assert level - tolerance - delta_method <= absolute / runs <= level + tolerance + delta_method
    assert level - tolerance - delta_method <= share / runs <= level + tolerance + delta_method


def test_sentence_of_a_relative_effect_uses_percent() -> None:
    effect = both(Mean("y"), *arms(8))[1].with_evidence_class("experiment")
    assert effect.evidence == "experiment"
    assert effect.sentence.startswith("Different: +")
    assert " %, 95 % interval [+" in effect.sentence
