"""Degenerate input: every public function returns no NaN, or raises its own error; none warns."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import starcase.inference as library
from starcase.errors import StarcaseError
from starcase.inference import (
    AlphaLedger,
    Bernstein,
    Boundary,
    BoundedMean,
    CombinedDesign,
    ComparisonPlan,
    Count,
    CountGuard,
    Design,
    DifferenceEstimate,
    DifferenceGuard,
    Effect,
    FirstOfUnit,
    FixedTest,
    LabelledEvents,
    Mean,
    MeanGuard,
    MeanNoise,
    Mixture,
    Moments,
    Onset,
    PolicyLog,
    ProportionNoise,
    Quantile,
    RankGuard,
    RateGuard,
    RateRatio,
    Ratio,
    Resampling,
    SampleRatio,
    SequentialInterval,
    UnitSums,
    Wealth,
    apply_post_stratification,
    assign_time_blocks,
    benjamini_hochberg,
    cap_outliers,
    check_adaptive_assignment,
    check_balance,
    check_crossover,
    check_maturity,
    check_outcome_order,
    check_repeated_units,
    check_sample_ratio,
    compare_jointly,
    compare_paired_ratios,
    compare_proportions,
    compare_quantiles,
    compare_rates,
    compare_staged_ratios,
    compare_to_control,
    compute_arm_moments,
    compute_contrast,
    compute_days_needed,
    compute_heterogeneity,
    compute_path,
    compute_percentile_interval,
    compute_step_down_intervals,
    decide_verdict,
    delong,
    diebold_mariano,
    doubly_robust,
    draw_forest,
    draw_over_time,
    e_benjamini_hochberg,
    estimate_best,
    estimate_difference,
    estimate_drift_effect,
    estimate_given_stop,
    estimate_median_unbiased,
    estimate_noise,
    estimate_relative_difference,
    estimate_segments,
    fill_gaps,
    find_unit_arms,
    holm,
    ips,
    look_at_arms,
    look_at_counts,
    look_at_stages,
    nadeau_bengio,
    snips,
    step_down,
    sum_by_unit,
    switch,
    wilson,
)

FloatArray = npt.NDArray[np.float64]
Call = Callable[[FloatArray, npt.NDArray[np.int64]], object]
HOME = str(Path(library.__file__).parents[1])
MEAN, GIVEN, RATIO = Mean("y"), Mean("y", given=("x",)), Ratio("y", "size")
QUESTION = ComparisonPlan(metric=MEAN, control_n=50, treatment_n=50)
NORMAL = np.random.default_rng(1).normal(size=60)
RESULTS = {
    "BestOf", "Contrast", "DifferenceState", "Effect", "EvidenceClass", "ValidityFinding", "LabelledState",
    "DeltaMetric", "OffPolicy", "EstimatePath", "RateState", "Reading", "OverlapLimits", "DifferenceEstimate",
    "Segment", "Segments", "RankGuardState",
    "WealthState",
}  # fmt: skip


def with_one(value: float) -> FloatArray:
    return np.where(np.arange(60) == 7, value, NORMAL)


VALUES: dict[str, FloatArray] = {
    "none": np.zeros(0),
    "one": np.ones(1),
    "two": np.array([1.0, 2.0]),
    "all the same": np.full(60, 3.0),
    "all zero": np.zeros(60),
    "one differs": with_one(1.0) * 0 + (np.arange(60) == 7),
    "a NaN": with_one(np.nan),
    "plus infinity": with_one(np.inf),
    "minus infinity": with_one(-np.inf),
    "all negative": -np.abs(NORMAL),
    "near 1e12": 1e12 + NORMAL,
    "times 1e12": 1e12 * NORMAL,
    "times 1e-12": 1e-12 * NORMAL,
    "beyond squaring": 1e300 * NORMAL,
    "too small to square": 1e-300 * NORMAL,
    "shares": np.clip(np.abs(NORMAL) / 3, 0, 1),
}
ARMS: dict[str, Callable[[int], npt.NDArray[np.int64]]] = {
    "alternating": lambda n: np.arange(n) % 2,
    "all in control": lambda n: np.zeros(n, dtype=np.int64),
    "all in treatment": lambda n: np.ones(n, dtype=np.int64),
    "one treated": lambda n: (np.arange(n) == 0).astype(np.int64),
}


def arms(y: FloatArray, arm: npt.NDArray[np.int64]) -> tuple[Moments, Moments]:
    columns = {"y": y, "x": np.arange(y.size) % 5.0, "size": np.abs(y)}
    control, treatment = compute_arm_moments(columns, arm, 2)
    return control, treatment


def stages(y: FloatArray, arm: npt.NDArray[np.int64]) -> list[tuple[Moments, Moments]]:
    half = y.size // 2
    return [arms(y[:half], arm[:half]), arms(y[half:], arm[half:])]


def counts(y: FloatArray, arm: npt.NDArray[np.int64]) -> tuple[Count, Count]:
    control, treatment = (Count.from_arm(moments, "y") for moments in arms(y, arm))
    return control, treatment


def policy(y: FloatArray) -> PolicyLog:
    return PolicyLog.from_arrays(reward=y, logged=np.full(y.size, 0.5), target=np.full(y.size, 0.5))


def probabilities(y: FloatArray, arm: npt.NDArray[np.int64]) -> object:
    return ips(PolicyLog.from_arrays(reward=arm, logged=y, target=np.abs(y)))


def fed(guard: object, feed: Callable[[float], object], y: FloatArray) -> object:
    for value in y.tolist():
        feed(value)
    return guard


def difference_guard(y: FloatArray, arm: npt.NDArray[np.int64]) -> object:
    guard = DifferenceGuard(alpha=0.05)
    for value, treated in zip(y.tolist(), arm.tolist(), strict=True):
        guard.observe(value, treated=bool(treated), share=0.5)
    return guard.state


def slower(y: FloatArray, arm: npt.NDArray[np.int64]) -> object:
    guard = RankGuard(alpha=0.05)
    for value, canary in zip(y.tolist(), arm.tolist(), strict=True):
        guard.observe(value, canary=bool(canary), share=0.5)
    return guard.e_value


def labelled(y: FloatArray, arm: npt.NDArray[np.int64]) -> object:
    guard = LabelledEvents(alpha=0.05)
    for share, canary in zip(y.tolist(), arm.tolist(), strict=True):
        guard.observe(canary=bool(canary), share=share)
    return guard.state


def mean_guard(y: FloatArray) -> object:
    guard = MeanGuard(allowed=0.1, alpha=0.05)
    return fed(guard.state, guard.observe, y)


def count_guard(y: FloatArray) -> object:
    guard = CountGuard(allowed=0.1, alpha=0.05)
    return fed(guard.state, lambda exposure: guard.observe(1, exposure=exposure), y)


def effect(y: FloatArray, arm: npt.NDArray[np.int64]) -> Effect:
    return estimate_difference(MEAN, *arms(y, arm))


def seen(y: FloatArray) -> DifferenceEstimate:
    return DifferenceEstimate(estimate=first(y, 0), error=abs(first(y, 0)), information=1.0, n=y.size, method="made")


def sums(y: FloatArray, arm: npt.NDArray[np.int64]) -> object:
    found = UnitSums(1)
    found.add([str(number) for number in range(y.size)], arm, y[:, None])
    return found.totals(2)


def weighted_mean(weights: FloatArray, y: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        found: FloatArray = weights @ y / weights.sum(axis=1)
    return found


def first(y: FloatArray, otherwise: float) -> float:
    return float(y[0]) if y.size else otherwise


CALLS: dict[str, Call] = {
    "AlphaLedger": lambda y, a: AlphaLedger.split(0.05, {str(n): value for n, value in enumerate(y.tolist())}),
    "Bernstein": lambda y, a: Bernstein(alpha=0.05).with_values(y),
    "Boundary": lambda y, a: [
        Boundary.from_alpha(0.05, first(y, 0)).compute_crossing(1.0),
        Boundary(height=first(y, 0)),
    ],
    "BoundedMean": lambda y, a: BoundedMean().with_values(y).interval(0.95),
    "Count": lambda y, a: [Count(first(y, 0), 10.0), counts(y, a)],
    "CountGuard": lambda y, a: count_guard(y),
    "Design": lambda y, a: [Design().critical(np.abs(y[np.isfinite(y)])), Design(alpha=first(y, 0))],
    "DifferenceGuard": difference_guard,
    "FirstOfUnit": lambda y, a: FirstOfUnit([str(value) for value in y]),
    "FixedTest": lambda y, a: FixedTest(noise=MeanNoise(1.0)).units(first(y, 0)),
    "LabelledEvents": labelled,
    "Mean": lambda y, a: MEAN.linearize(arms(y, a)[0]),
    "MeanGuard": lambda y, a: mean_guard(y),
    "MeanNoise": lambda y, a: MeanNoise(first(y, 0)),
    "Mixture": lambda y, a: [Mixture(alpha=0.05).p_value(NORMAL, 1.0), Mixture(alpha=0.05, best=first(y, 0))],
    "Moments": lambda y, a: [Moments.from_columns({"y": y}), Moments.from_columns({"y": y}).variance("y")],
    "Onset": lambda y, a: Onset(scale=first(y, 0)),
    "PolicyLog": probabilities,
    "ProportionNoise": lambda y, a: ProportionNoise(first(y, 0)),
    "Quantile": lambda y, a: Quantile.from_values(y, 0.9).at(1.96),
    "ComparisonPlan": lambda y, a: ComparisonPlan(metric=MEAN, control_n=first(y, 0), treatment_n=10),
    "RateGuard": lambda y, a: RateGuard(first(y, 0), 0.05).observe_many(a > 0),
    "RateRatio": lambda y, a: RateRatio().with_events(first(y, 0), canary=y.size, control=y.size // 2).interval(0.95),
    "Ratio": lambda y, a: RATIO.linearize(arms(y, a)[0]),
    "Resampling": lambda y, a: Resampling(a, 200, 1).effect(lambda w: weighted_mean(w, y), level=0.9),
    "SampleRatio": lambda y, a: SampleRatio().with_units((first(y, 0), 1 - first(y, 0)), (y.size, 3)).p_value,
    "RankGuard": slower,
    "SequentialInterval": lambda y, a: [
        SequentialInterval.from_look(seen(y), Design(), 1.0),
        SequentialInterval.from_look(seen(y), Design(), first(y, 0) or 1.0),
    ],
    "CombinedDesign": lambda y, a: [
        CombinedDesign.from_budget(alpha=0.05, power=0.8, early=0.2, best=1.0).p_value(first(y, 0), 0.5),
        CombinedDesign.from_budget(alpha=0.05, power=0.8, early=first(y, 0), best=1.0),
    ],
    "UnitSums": sums,
    "Wealth": lambda y, a: Wealth(hypotheses=1, alpha=first(y, 0), onset=Onset()),
    "check_adaptive_assignment": check_adaptive_assignment,
    "compare_to_control": lambda y, a: compare_to_control(
        MEAN, arms(y, a)[0], {"b": arms(y, a)[1], "c": arms(y, a)[1]}
    ),
    "find_unit_arms": find_unit_arms,
    "benjamini_hochberg": lambda y, a: benjamini_hochberg(y),
    "estimate_best": lambda y, a: estimate_best(y, np.diag(np.abs(y)), n=y.size),
    "compute_arm_moments": arms,
    "cap_outliers": lambda y, a: cap_outliers({"y": y}, share=0.9),
    "compute_contrast": lambda y, a: [compute_contrast(metric, *arms(y, a)) for metric in (MEAN, GIVEN, RATIO)],
    "check_crossover": check_crossover,
    "compute_days_needed": lambda y, a: compute_days_needed(100, y),
    "delong": lambda y, a: delong(a, y, y[::-1]),
    "diebold_mariano": lambda y, a: diebold_mariano(y, y * 2),
    "estimate_difference": lambda y, a: [estimate_difference(metric, *arms(y, a)) for metric in (MEAN, GIVEN, RATIO)],
    "doubly_robust": lambda y, a: doubly_robust(policy(y), expected=y * 0, expected_target=y),
    "estimate_drift_effect": lambda y, a: estimate_drift_effect("y", dict(enumerate(arms(y, a))), {0: y.size, 1: 3}),
    "e_benjamini_hochberg": lambda y, a: e_benjamini_hochberg(y),
    "draw_forest": lambda y, a: draw_forest({"y": effect(y, a)}),
    "estimate_given_stop": lambda y, a: estimate_given_stop(Design(), first(y, 0), 0.5),
    "compute_heterogeneity": lambda y, a: compute_heterogeneity(y, np.abs(y), spreads=[1.0]),
    "holm": lambda y, a: holm(y),
    "check_balance": lambda y, a: check_balance(("y", "x"), *arms(y, a)),
    "check_maturity": lambda y, a: check_maturity(y, now=1.0, delay=0.5),
    "compute_percentile_interval": lambda y, a: compute_percentile_interval(first(y, 0), y, level=0.95, n=y.size),
    "ips": lambda y, a: ips(policy(y)),
    "look_at_arms": lambda y, a: [
        look_at_arms(replace(QUESTION, metric=metric), *arms(y, a)) for metric in (MEAN, GIVEN, RATIO)
    ],
    "look_at_counts": lambda y, a: look_at_counts(QUESTION, *counts(y, a)),
    "look_at_stages": lambda y, a: look_at_stages(QUESTION, stages(y, a)),
    "estimate_median_unbiased": lambda y, a: estimate_median_unbiased(Design(), first(y, 0), 0.5),
    "nadeau_bengio": lambda y, a: nadeau_bengio(y, train_rows=90, test_rows=10),
    "estimate_noise": lambda y, a: [estimate_noise(metric, arms(y, a)[0]) for metric in (MEAN, GIVEN, RATIO)],
    "check_outcome_order": lambda y, a: check_outcome_order(y, np.zeros(y.size)),
    "draw_over_time": lambda y, a: draw_over_time(np.arange(y.size), y, y, y),
    "compute_path": lambda y, a: [compute_path(y, a > 0).z, compute_path(y, a > 0, NORMAL[: y.size]).z],
    "sum_by_unit": lambda y, a: sum_by_unit(a, {"y": y}),
    "apply_post_stratification": lambda y, a: apply_post_stratification(dict(zip("ab", stages(y, a), strict=True))),
    "compare_proportions": lambda y, a: [
        compare_proportions(*counts(y, a)),
        compare_proportions(*counts(y, a), scale="relative"),
    ],
    "compare_paired_ratios": lambda y, a: compare_paired_ratios(
        np.column_stack([y, y[::-1]]), np.column_stack([np.ones(y.size), np.abs(y)])
    ),
    "compare_quantiles": lambda y, a: compare_quantiles(
        Quantile.from_values(y[a == 0], 0.5), Quantile.from_values(y[a == 1], 0.5)
    ),
    "compare_staged_ratios": lambda y, a: compare_staged_ratios(
        y[:, None], np.abs(y)[:, None], a[:, None] > 0, np.array([0.5])
    ),
    "compare_rates": lambda y, a: [
        compare_rates(*counts(y, a)),
        compare_rates(*counts(y, a), scale="relative"),
    ],
    "estimate_relative_difference": lambda y, a: [
        estimate_relative_difference(metric, *arms(y, a)) for metric in (MEAN, GIVEN, RATIO)
    ],
    "check_repeated_units": lambda y, a: check_repeated_units(y),
    "check_sample_ratio": lambda y, a: check_sample_ratio([y.size, int(a.sum())], [first(y, 0), 1 - first(y, 0)]),
    "estimate_segments": lambda y, a: estimate_segments(MEAN, dict.fromkeys("abc", arms(y, a))),
    "compare_jointly": lambda y, a: compare_jointly((MEAN, RATIO), *arms(y, a)),
    "snips": lambda y, a: snips(policy(y)),
    "step_down": lambda y, a: step_down(y[:3], np.resize(y, (3, y.size))),
    "compute_step_down_intervals": lambda y, a: compute_step_down_intervals(
        y[:3], np.resize(y, (3, y.size)), level=0.95
    ),
    "switch": lambda y, a: switch(policy(y), expected=y, expected_target=y, most=5.0),
    "assign_time_blocks": lambda y, a: assign_time_blocks(y, 10.0),
    "decide_verdict": lambda y, a: decide_verdict(first(y, 0), first(y, 0), margin=0.1, better="higher"),
    "wilson": lambda y, a: wilson(first(y, 0), y.size, 0.95),
    "fill_gaps": lambda y, a: fill_gaps(y),
}


def says_nothing(found: object) -> bool:
    """Return whether the result is reported as undefined: no estimate, no bound, no evidence."""
    if isinstance(found, Effect) and np.isnan(found.estimate):
        return (found.low, found.high, found.p_value) == (-np.inf, np.inf, 1.0)
    return isinstance(found, np.ndarray) and found.ndim == 2 and bool(np.isnan(found).all(axis=1).any())


def numbers(found: object) -> Iterator[float]:
    """Every number in an answer."""
    if isinstance(found, np.ndarray):
        yield from (float(value) for value in found.ravel() if found.dtype.kind in "fiub")
    elif is_dataclass(found) and not isinstance(found, type):
        for part in fields(found):
            yield from numbers(getattr(found, part.name))
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from numbers(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from numbers(value)
    elif isinstance(found, float | int | np.number):
        yield float(found)


def test_every_public_name_is_tested_or_is_a_result_type() -> None:
    assert set(CALLS) | RESULTS == {name for name in library.__all__ if not name.isupper()}
    assert not set(CALLS) & RESULTS


@pytest.mark.parametrize("name", sorted(CALLS))
def test_degenerate_input_gives_finite_results_or_a_starcase_error(name: str) -> None:
    wrong = []
    for values, y in VALUES.items():
        for how, arm in ARMS.items():
            try:
                found = CALLS[name](y, arm(y.size))
            except (StarcaseError, ValueError) as error:
                raised = traceback.extract_tb(error.__traceback__)[-1].filename
                if not raised.startswith(HOME) or not str(error):
                    wrong.append(f"{values}, {how}: {type(error).__name__} of {raised}: {error}")
            except Exception as error:  # noqa: BLE001 - whatever else is raised is what this test looks for
                wrong.append(f"{values}, {how}: {type(error).__name__}: {error}")
            else:
                if any(np.isnan(number) for number in numbers(found)) and not says_nothing(found):
                    wrong.append(f"{values}, {how}: answers NaN: {found}")
    assert not wrong, "\n".join(wrong)
