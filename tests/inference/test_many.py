"""Multiple comparisons: error rates stay within their joint level."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from starcase.errors import DataError, NotIdentifiable
from starcase.inference import (
    DeltaMetric,
    Mean,
    Moments,
    Ratio,
    benjamini_hochberg,
    compare_jointly,
    compare_to_control,
    e_benjamini_hochberg,
    estimate_best,
    estimate_difference,
    estimate_segments,
    holm,
)
from starcase.inference.many import joint
from starcase.inference.many.segment import Hierarchy

FloatArray = npt.NDArray[np.float64]


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starcase.inference.many.joint.DRAWS", 8_000)


def bound(level: float, runs: int) -> float:
    return float(3 * (level * (1 - level) / runs) ** 0.5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_benjamini_hochberg_agrees_with_scipy(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), rel=1e-12)
    assert np.all(benjamini_hochberg(p) <= holm(p) + 1e-15)


@pytest.mark.simulation
@pytest.mark.parametrize("kind", ["p", "e"])
def test_false_discovery_rate_is_at_most_alpha(kind: str) -> None:
    rng = np.random.default_rng(1)
    runs, alpha, k, true = 2_000, 0.1, 20, 15
    parts = []
    for _ in range(runs):
        z = rng.normal(size=k) + np.where(np.arange(k) < true, 0.0, 3.0)
        adjusted = benjamini_hochberg(stats.norm.sf(z)) if kind == "p" else e_benjamini_hochberg(np.exp(2 * z - 2))
        found = adjusted <= alpha
        parts.append(found[:true].sum() / max(1, found.sum()))
    assert np.mean(parts) <= alpha * true / k + 3 * np.std(parts) / runs**0.5
    assert np.mean(parts) > 0


def test_adjustments_refuse_invalid_values() -> None:
    for bad in ([-0.1], [1.1], [float("nan")], [[0.5]]):
        with pytest.raises(ValueError, match="p-values lie"):
            benjamini_hochberg(bad)
    for bad in ([-0.1], [float("nan")], [[0.5]]):
        with pytest.raises(ValueError, match="e-values are"):
            e_benjamini_hochberg(bad)
    assert benjamini_hochberg([]).size == e_benjamini_hochberg([]).size == 0
    assert e_benjamini_hochberg([np.inf, 0.0]).tolist() == [0.0, 1.0]


def four(rng: np.random.Generator, n: int = 200) -> Moments:
    base = rng.normal(size=n)
    columns = {name: base + 0.7 * rng.normal(size=n) for name in "abc"}
    return Moments.from_columns({**columns, "d": 1 + rng.random(n)})


METRICS: tuple[DeltaMetric, ...] = (Mean("a"), Mean("b", ("c",)), Mean("c"), Ratio("a", "d"))


@pytest.mark.simulation
def test_intervals_of_all_metrics_cover_together() -> None:
    rng = np.random.default_rng(2)
    runs, level = 800, 0.9
    together = 0
    for run in range(runs):
        arms = four(rng), four(rng)
        effects = compare_jointly(METRICS, *arms, level=level, seed=run)
        together += all(effect.low <= 0 <= effect.high for effect in effects)
        for effect in effects:
            if abs(effect.p_value - 0.1) > 0.005:
                assert (effect.p_value < 0.1) == (not effect.low <= 0 <= effect.high)
    assert abs(together / runs - level) <= bound(level, runs) + 0.01, "draws and the delta method cost a point at most"


def test_joint_intervals_lie_between_one_question_and_bonferroni() -> None:
    rng = np.random.default_rng(3)
    arms = four(rng), four(rng)
    for effect, metric in zip(compare_jointly(METRICS, *arms), METRICS, strict=True):
        alone, all_apart = estimate_difference(metric, *arms), estimate_difference(metric, *arms, level=1 - 0.05 / 4)
        assert alone.high < effect.high <= all_apart.high * (1 + 1e-9)
        assert alone.p_value <= effect.p_value <= min(1.0, 4 * alone.p_value)


@pytest.mark.simulation
def test_intervals_of_all_arms_cover_together() -> None:
    rng = np.random.default_rng(12)
    runs, level, covered, alone = 800, 0.9, 0, 0
    for run in range(runs):
        control, *others = (Moments.from_columns({"y": rng.normal(size=size)}) for size in (60, 80, 80, 200, 200))
        arms = dict(zip("abcd", others, strict=True))
        effects = compare_to_control(Mean("y"), control, arms, level=level, seed=run)
        covered += all(effect.low <= 0 <= effect.high for effect in effects.values())
        plain = [estimate_difference(Mean("y"), control, arm, level=level) for arm in others]
        alone += all(effect.low <= 0 <= effect.high for effect in plain)
    assert abs(covered / runs - level) <= bound(level, runs) + 0.015, "draws, and arms of 60 units with a t of its own"
    assert alone / runs < 0.8, "what it is for"


def test_a_constant_metric_does_not_hide_the_others() -> None:
    rng = np.random.default_rng(4)
    arms = [Moments.from_columns({"y": rng.normal(size=50) + lift, "same": np.ones(50)}) for lift in (0.0, 3.0)]
    idle, shown = compare_jointly([Mean("same"), Mean("y")], arms[0], arms[1])
    assert (idle.p_value, idle.low, idle.high) == (1.0, -np.inf, np.inf)
    assert shown.low > 0
    assert 0 < shown.p_value < 1e-12


@pytest.mark.simulation
@pytest.mark.parametrize("spread", [0.0, 0.1, 0.5])
def test_shrunk_segments_cover_and_err_less(spread: float) -> None:
    rng = np.random.default_rng(5)
    runs, k, level = 60, 10, 0.9
    covered, shrunk, raw = 0, 0.0, 0.0
    for _ in range(runs):
        truth = 0.1 + spread * rng.normal(size=k)
        errors = rng.uniform(0.05, 0.2, k)
        seen = truth + errors * rng.normal(size=k)
        model = Hierarchy.from_estimates(seen, errors)
        for place in range(k):
            mean, low, high = model.estimate_posterior(place, level)
            covered += low <= truth[place] <= high
            shrunk += (mean - truth[place]) ** 2
            raw += (seen[place] - truth[place]) ** 2
    if spread < 0.5:  # where segments differ by far more than their errors there is little to gain
        assert shrunk < raw
    segments_of_a_run_depend = 2.0
    assert covered / (runs * k) >= level - segments_of_a_run_depend * bound(level, runs * k)


@pytest.mark.simulation
def test_equal_segments_give_few_false_alarms() -> None:
    rng = np.random.default_rng(6)
    runs, alpha = 200, 0.1
    off = 0
    for _ in range(runs):
        arms = {
            name: (Moments.from_columns({"y": rng.normal(size=200)}), Moments.from_columns({"y": rng.normal(size=100)}))
            for name in "abcd"
        }
        off += estimate_segments(Mean("y"), arms).heterogeneity_p < alpha
    assert abs(off / runs - alpha) <= bound(alpha, runs) + 0.01


def test_different_segments_are_detected_and_shrink_little() -> None:
    rng = np.random.default_rng(7)
    arms = {
        name: (
            Moments.from_columns({"y": rng.normal(size=500)}),
            Moments.from_columns({"y": rng.normal(size=500) + lift}),
        )
        for name, lift in (("a", 0.0), ("b", 1.0), ("c", 2.0))
    }
    found = estimate_segments(Mean("y"), arms)
    assert found.sentence.startswith("3 segments differ (p = ")
    for one, lift in zip(found.each, (0.0, 1.0, 2.0), strict=True):
        assert one.shrunk.estimate == pytest.approx(lift, abs=0.25)
        assert one.shrunk.estimate == pytest.approx(one.raw.estimate, abs=0.05)


def test_segments_without_variance_or_too_few_are_refused() -> None:
    pair = Moments.from_columns({"y": [1.0, 2.0]}), Moments.from_columns({"y": [1.0, 2.0]})
    same = Moments.from_columns({"y": [1.0, 1.0]}), Moments.from_columns({"y": [1.0, 1.0]})
    with pytest.raises(NotIdentifiable, match="2 segments are too few"):
        estimate_segments(Mean("y"), {"a": pair, "b": pair})
    with pytest.raises(NotIdentifiable, match="where: c"):
        estimate_segments(Mean("y"), {"a": pair, "b": pair, "c": same})


@pytest.mark.simulation
@pytest.mark.parametrize("case", ["equal", "dependent", "apart", "unequal errors"])
def test_estimate_of_the_best_covers_and_is_unbiased(case: str) -> None:
    rng = np.random.default_rng(8)
    runs, level, k = 250, 0.9, 5
    truth = np.arange(k) * 0.5 if case == "apart" else np.zeros(k)
    errors = np.eye(k)
    if case == "dependent":
        errors = 0.3 * errors + 0.7
    if case == "unequal errors":
        errors = np.diag([1.0, 1.0, 4.0, 9.0, 0.1])
    root = np.linalg.cholesky(errors)
    covered = above = naive = 0
    for run in range(runs):
        found = estimate_best(truth + root @ rng.normal(size=k), errors, n=100, level=level, seed=run)
        mine = truth[found.place]
        covered += found.effect.low <= mine <= found.effect.high
        above += found.effect.estimate > mine
        naive += found.naive > mine
    assert covered / runs >= level - bound(level, runs)
    assert abs(above / runs - 0.5) <= bound(0.5, runs)
    assert naive / runs > 0.65


def test_clear_winner_is_hardly_corrected() -> None:
    found = estimate_best([0.0, 1.0, 30.0], np.eye(3), n=100)
    assert found.luck == pytest.approx(0.0, abs=0.01)
    assert found.effect.high - found.effect.low == pytest.approx(2 * 1.96, rel=0.06)
    assert found.effect.p_value <= 1e-11


def test_p_value_and_interval_of_the_best_agree() -> None:
    rng = np.random.default_rng(9)
    for _ in range(40):
        found = estimate_best(rng.normal(size=4) + 1.0, np.eye(4), n=9).effect
        assert (found.p_value < 0.05) == (not found.low <= 0 <= found.high)


def test_one_candidate_is_an_ordinary_estimate() -> None:
    found = estimate_best([1.0], [[4.0]], n=9)
    assert found.effect.estimate == pytest.approx(1.0)
    assert found.effect.high == pytest.approx(1.0 + 2 * 1.96, rel=0.02)


def test_invalid_estimates_for_the_best_are_refused() -> None:
    for values, errors in (([], np.zeros((0, 0))), ([1.0], np.eye(2)), ([np.nan], [[1.0]]), ([1.0], [[-1.0]])):
        with pytest.raises(DataError):
            estimate_best(values, errors, n=1)
    with pytest.raises(NotIdentifiable, match="does not vary"):
        estimate_best([1.0, 0.0], np.diag([0.0, 1.0]), n=1)


def test_correlation_of_errors_agrees_with_the_rows() -> None:
    arms = [four(np.random.default_rng(seed), 5_000) for seed in (10, 11)]
    found = joint.compute_correlation([Mean("a"), Mean("b")], arms[0], arms[1])
    assert found[0, 1] == pytest.approx(1 / 1.49, abs=0.03)
