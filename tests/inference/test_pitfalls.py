"""Pitfalls of other tools: known figures, known mistakes, and required refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import binom

from starcase.errors import DataError, NotComparable, NotIdentifiable
from starcase.inference import (
    AlphaLedger,
    Count,
    FirstOfUnit,
    LabelledEvents,
    Mean,
    Moments,
    OverlapLimits,
    PolicyLog,
    Ratio,
    cap_outliers,
    check_adaptive_assignment,
    check_balance,
    check_sample_ratio,
    compare_proportions,
    compute_arm_moments,
    compute_contrast,
    compute_days_needed,
    estimate_difference,
    estimate_relative_difference,
    ips,
)

ANY = OverlapLimits(effective=1.0, largest=1.0, calibration=1e6)
SAMPLE_RATIOS = [
    ([44_700, 45_489], [1, 1], 0.00859),
    ([5_300, 4_700], [1, 1], 1.97e-9),
    ([9_000, 1_100], [9, 1], 0.002835),
    ([1_000, 1_000, 1_000], [1, 1, 1], 1.0),
    ([1_040, 980, 980], [1, 1, 1], 0.301),
    ([6, 0], [1, 1], 0.03125),
]


@pytest.mark.parametrize(("counts", "shares", "p_value"), SAMPLE_RATIOS)
def test_sample_ratios_have_their_known_p_values(counts: list[int], shares: list[float], p_value: float) -> None:
    """The first one is the Cookie Cats data set, which textbooks use without this check."""
    found = check_sample_ratio(counts, shares)
    assert found.p_value == pytest.approx(p_value, rel=5e-3)
    assert found.blocks == (p_value < 0.001)


def test_aspirin_and_rare_conversions_do_not_depend_on_the_order_of_arms() -> None:
    """104 of 11,037 heart attacks with aspirin against 189 of 11,034 without, and 2 against 11 of 10,000."""
    aspirin, placebo = Count(104, 11_037), Count(189, 11_034)
    assert compare_proportions(placebo, aspirin).p_value == pytest.approx(5.7e-7, rel=0.02)
    assert compare_proportions(aspirin, placebo).p_value == compare_proportions(placebo, aspirin).p_value
    few, more = Count(2, 10_000), Count(11, 10_000)
    for scale in ("absolute", "relative"):
        there, back = (compare_proportions(*pair, scale=scale) for pair in ((few, more), (more, few)))
        assert there.p_value == back.p_value == pytest.approx(0.0126, rel=0.01)
        assert there.low > 0 > back.high


def test_values_far_from_zero_lose_no_precision() -> None:
    """Values near 1e9 that vary by 1: sums of squares lose every digit of them."""
    y = np.random.default_rng(11).normal(size=2_000)
    arm = np.arange(2_000) % 2
    near = estimate_difference(Mean("y"), *compute_arm_moments({"y": y + 0.2 * arm}, arm, 2))
    far = estimate_difference(Mean("y"), *compute_arm_moments({"y": 1e9 + (y + 0.2 * arm)}, arm, 2))
    assert far.p_value == pytest.approx(near.p_value, rel=1e-6)
    assert 0 < estimate_difference(Mean("y"), *compute_arm_moments({"y": y + 1.5 * arm}, arm, 2)).p_value < 1e-100


def test_a_ratio_of_a_billion_units_keeps_its_p_value() -> None:
    """Moments of 500 million units an arm, from their sums: 3.2 standard errors apart."""
    n, rate = 500_000_000, 0.05
    error = (2 * rate * (1 - rate) / n) ** 0.5

    def arm(mean: float) -> Moments:
        spread = np.array([[n * rate * (1 - rate)]])
        return Moments(names=("y",), n=n, origin=np.array([mean]), offset=np.zeros(1), products=spread)

    found = estimate_difference(Mean("y"), arm(rate), arm(rate + 3.2 * error))
    assert found.p_value == pytest.approx(2 * stats.norm.sf(3.2), rel=1e-6)


def test_zero_conversions_in_the_control_give_a_wide_relative_interval() -> None:
    found = compare_proportions(Count(0, 5_000), Count(6, 5_000), scale="relative")
    assert found.estimate == found.high == np.inf
    assert found.low > -1
    one = estimate_relative_difference(
        Mean("y"), *compute_arm_moments({"y": [0.0] * 50 + [0.0, 1.0] * 25}, np.repeat([0, 1], 50), 2)
    )
    assert (one.low, one.high) == (-np.inf, np.inf) or one.high == np.inf


def test_a_covariate_that_differed_before_exposure_is_found() -> None:
    """Equal arms are reported as different in at most alpha of the runs; a broken assignment is named by its column."""
    rng, runs, alpha = np.random.default_rng(4), 400, 0.05
    alarms = 0
    for _ in range(runs):
        x = rng.normal(size=(400, 3)) @ np.array([[1.0, 0.9, 0.0], [0.0, 0.4, 0.0], [0.0, 0.0, 2.0]])
        columns = dict(zip(("a", "b", "c"), x.T, strict=True)) | {"same": np.ones(400)}
        arms = compute_arm_moments(columns, rng.integers(0, 2, 400), 2)
        alarms += check_balance(("a", "b", "c", "same"), *arms, alpha=alpha).blocks
    assert binom.ppf(0.001, runs, alpha / 3) <= alarms <= binom.ppf(0.999, runs, alpha * 1.2)
    control, treatment = compute_arm_moments(
        {"age": rng.normal(size=900), "size": rng.normal(size=900)}, np.arange(900) % 2, 2
    )
    older = treatment + Moments.from_columns({"age": np.full(200, 3.0), "size": rng.normal(size=200)})
    found = check_balance(("age", "size"), control, older)
    assert (found.blocks, found.affected, found.of) == (True, 1, 2)
    assert found.sentence.startswith("age differ between the arms before exposure")
    with pytest.raises(NotIdentifiable):
        check_balance((), control, treatment)
    with pytest.raises(NotComparable):
        check_balance(("age",), control, Moments.from_columns({"age": [1.0, 2.0]}))


@given(st.lists(st.floats(0, 1e6), min_size=4, max_size=30), st.floats(0.05, 0.95))
def test_cap_ignores_the_arm_and_drops_no_unit(values: list[float], share: float) -> None:
    columns = {"above": np.array(values), "below": np.arange(len(values)) + 1.0}
    found = cap_outliers(columns, share=share)
    assert {name: kept.size for name, kept in found.items()} == {name: len(values) for name in columns}
    for name, kept in found.items():
        top = np.quantile(columns[name], share, method="lower")
        assert np.array_equal(kept, np.minimum(columns[name], top))
        assert np.array_equal(cap_outliers({name: columns[name][::-1]}, share=share)[name], kept[::-1])


@pytest.mark.simulation
def test_capped_ratio_keeps_the_false_alarm_rate() -> None:
    """Heavy tails above and below the line, capped together on both arms: false alarms stay at 5 % in 400 runs."""
    rng, runs, alarms = np.random.default_rng(8), 400, 0
    for _ in range(runs):
        orders = 1.0 + rng.pareto(1.5, 600)
        rows = cap_outliers({"spent": orders * rng.lognormal(0, 1, 600), "orders": orders}, share=0.98)
        alarms += (
            compute_contrast(Ratio("spent", "orders"), *compute_arm_moments(rows, rng.integers(0, 2, 600), 2)).p_value
            < 0.05
        )
    assert alarms <= binom.ppf(0.999, runs, 0.06)


@pytest.mark.simulation
def test_bandit_log_is_refused_as_an_experiment() -> None:
    """Thompson sampling on two equal arms: a plain test errs in far more than 5 % of 200 runs, and the check stops it.

    Off-policy, with the probability in force at each decision, both arms are worth the same.
    """
    rng, runs, naive, value = np.random.default_rng(15), 200, 0, []
    for _ in range(runs):
        wins, losses = np.ones(2), np.ones(2)
        rewards, arms, shares = np.zeros(400), np.zeros(400, dtype=np.int64), np.zeros(400)
        for at in range(400):
            apart = (wins[1] / (wins[1] + losses[1]) - wins[0] / (wins[0] + losses[0])) / np.sqrt(
                (wins * losses / (wins + losses) ** 2 / (wins + losses + 1)).sum()
            )
            shares[at] = np.clip(stats.norm.cdf(apart), 0.05, 0.95)
            arms[at] = rng.random() < shares[at]
            rewards[at] = rng.random() < 0.3
            wins[arms[at]] += rewards[at]
            losses[arms[at]] += 1 - rewards[at]
        naive += estimate_difference(Mean("y"), *compute_arm_moments({"y": rewards}, arms, 2)).p_value < 0.05
        assert check_adaptive_assignment(shares, np.zeros(400)).blocks
        logged = np.where(arms == 1, shares, 1 - shares)
        log = PolicyLog.from_arrays(reward=rewards, logged=logged, target=arms * 1.0)
        value.append(ips(log, refusal=ANY).value.estimate)
    assert naive > binom.ppf(0.999, runs, 0.05)
    assert np.mean(value) == pytest.approx(0.3, abs=4 * np.std(value) / runs**0.5)


def test_ramp_is_not_reported_as_adaptive_assignment() -> None:
    assert not check_adaptive_assignment(np.repeat([0.05, 0.25, 0.5], 40), np.repeat(["a", "b", "c"], 40)).blocks
    found = check_adaptive_assignment([0.5, 0.5, 0.5, 0.61], ["a"] * 4)
    assert (found.affected, found.examples) == (1, (3,))
    assert "off-policy" in found.sentence
    with pytest.raises(DataError):
        check_adaptive_assignment([1.5], [0])


def test_burst_of_one_unit_counts_as_one_event() -> None:
    """Two hundred errors of one card on the canary are no evidence; two hundred cards are."""
    bursts, many = LabelledEvents(alpha=0.01), LabelledEvents(alpha=0.01)
    first = FirstOfUnit()
    for number in range(200):
        if first("card 7"):
            bursts.observe(canary=True, share=0.05)
        if first(f"card {number + 10}"):
            many.observe(canary=True, share=0.05)
    assert (bursts.tripped, bursts.events) == (False, 1)
    assert many.tripped


def test_restart_keeps_spent_alpha_and_evidence() -> None:
    ledger, got = AlphaLedger(0.05).take("errors", 0.04)
    with pytest.raises(ValueError, match="more than the budget"):
        AlphaLedger(0.05, dict(ledger.parts)).take("latency", 0.02)
    assert AlphaLedger(0.05, dict(ledger.parts)).take("errors", 0.04)[1] == got
    whole, before = LabelledEvents(alpha=0.01), LabelledEvents(alpha=0.01)
    for _ in range(3):
        whole.observe(canary=True, share=0.2)
        before.observe(canary=True, share=0.2)
    after = LabelledEvents(alpha=0.01, state=before.state)
    for _ in range(40):
        whole.observe(canary=False, share=0.2)
        after.observe(canary=False, share=0.2)
    assert after.state == whole.state
    assert after.e_value == whole.e_value


def test_planned_duration_is_whole_weeks() -> None:
    assert compute_days_needed(1, 1_000.0) == 7
    assert compute_days_needed(7_001, 1_000.0) == 14
