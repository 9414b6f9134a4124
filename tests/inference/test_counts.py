"""Two proportions and two rates: published values, no favour to either arm, right in coverage at small counts."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from starcase.errors import DataError, NotIdentifiable
from starcase.inference import Count, Effect, Moments, proportions, rates

AGREEMENT = 1e-6
Arm = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda pair: Count(min(pair), max(pair)))


@pytest.mark.parametrize(
    ("treatment", "control", "low", "high"),
    [
        (Count(56, 70), Count(48, 80), 0.0528, 0.3382),
        (Count(9, 10), Count(3, 10), 0.1700, 0.8406),
        (Count(5, 56), Count(0, 29), -0.0326, 0.1933),
        (Count(10, 10), Count(0, 20), 0.7156, 1.0),
    ],
)
def test_the_difference_is_that_of_the_tables(treatment: Count, control: Count, low: float, high: float) -> None:
    """Newcombe (1998), Statist. Med. 17, 873-890, table II, method 6 (Miettinen-Nurminen)."""
    effect = proportions(control, treatment)
    assert [effect.low, effect.high] == pytest.approx([low, high], abs=6e-5)


def test_the_p_value_is_the_chi_square_with_the_unbiased_variance() -> None:
    control, treatment = Count(120, 1_000), Count(150, 900)
    table = [[120, 880], [150, 750]]
    chi = stats.chi2_contingency(table, correction=False).statistic
    n = 1_900
    want = stats.chi2.sf(chi * (n - 1) / n, 1)
    assert proportions(control, treatment).p_value == pytest.approx(want, rel=AGREEMENT)


@pytest.mark.parametrize("effect", [proportions, rates])
@given(control=Arm, treatment=Arm, level=st.sampled_from([0.8, 0.95, 0.999]))
def test_no_arm_is_favoured_and_test_and_interval_agree(
    effect: Callable[..., Effect], control: Count, treatment: Count, level: float
) -> None:
    forth, back = (effect(*pair, level=level) for pair in ((control, treatment), (treatment, control)))
    assert back.p_value == pytest.approx(forth.p_value, rel=1e-9)
    assert [-back.high, -back.low] == pytest.approx([forth.low, forth.high], rel=1e-6, abs=1e-9)
    share = effect(control, treatment, level=level, scale="relative")
    inverse = effect(treatment, control, level=level, scale="relative")
    turned = [1 / (1 + end) - 1 if end > -1 else inf for end in (inverse.high, inverse.low)]
    assert [share.low, share.high] == pytest.approx(turned, rel=1e-6, abs=1e-9)
    for found in (forth, share):
        assert found.low <= found.estimate <= found.high
        if abs(found.p_value - (1 - level)) > 1e-9:
            assert (found.p_value < 1 - level) == (not found.low <= 0 <= found.high)


def test_no_success_in_the_control_is_an_answer() -> None:
    effect = proportions(Count(0, 10_000), Count(20, 10_000), scale="relative")
    assert 0 < effect.low < effect.high == effect.estimate == inf
    nothing = proportions(Count(0, 50), Count(0, 80), scale="relative")
    assert (nothing.estimate, nothing.low, nothing.high, nothing.p_value) == (0.0, -1.0, inf, 1.0)


def test_counts_of_a_trillion_keep_their_digits() -> None:
    control, treatment = Count(0, 10**12), Count(3, 10**12)
    assert proportions(control, treatment).high == pytest.approx(rates(control, treatment).high, rel=AGREEMENT)


def test_rates_agree_with_the_binomial_score() -> None:
    """Given the total, events of equal exposure are binomial; Wilson's interval of their share is the ratio's."""
    effect = rates(Count(40, 7.0), Count(60, 7.0), scale="relative")
    ends = stats.binomtest(60, 100).proportion_ci(0.95, method="wilson")
    assert [1 + effect.low, 1 + effect.high] == pytest.approx(
        [ends.low / (1 - ends.low), ends.high / (1 - ends.high)], rel=AGREEMENT
    )
    assert effect.p_value == pytest.approx(2 * stats.norm.sf(20 / np.sqrt(100)), rel=AGREEMENT)


@pytest.mark.simulation
@pytest.mark.parametrize(("base", "n"), [(0.01, 400), (0.3, 60)])
def test_the_intervals_cover_at_small_counts(base: float, n: int) -> None:
    """Exactly, summed over all outcomes: no chance in it. A discrete score interval stays within 2 points of 95 %."""
    truth = 1.5 * base
    xs, ys = np.arange(n + 1), np.arange(n + 1)
    px, py = stats.binom.pmf(xs, n, base), stats.binom.pmf(ys, n, truth)
    covered = share = total = 0.0
    for x in xs[px > 1e-5]:
        for y in ys[py > 1e-5]:
            weight = px[x] * py[y]
            effect = proportions(Count(int(x), n), Count(int(y), n))
            ratio = proportions(Count(int(x), n), Count(int(y), n), scale="relative")
            total += weight
            covered += weight * (effect.low <= truth - base <= effect.high)
            share += weight * (ratio.low <= 0.5 <= ratio.high)
    assert 0.93 <= covered / total <= 0.97
    assert 0.93 <= share / total <= 0.985


def test_a_column_of_zeros_and_ones_is_a_count() -> None:
    arm = Moments.of({"bought": np.arange(1_000) % 4 == 0, "spent": np.arange(1_000.0), "never": np.zeros(1_000)})
    assert Count.in_arm(arm, "bought") == Count(250, 1_000)
    assert Count.in_arm(arm, "never") == Count(0, 1_000)
    with pytest.raises(DataError, match="zeros and ones\n  where: column spent"):
        Count.in_arm(arm, "spent")
    with pytest.raises(NotIdentifiable):
        Count.in_arm(Moments.empty(["bought"]), "bought")


@pytest.mark.parametrize(("events", "of"), [(-1, 5), (1.5, 5), (float("nan"), 5), (inf, 5), (1, 0), (1, -3), (1, inf)])
def test_what_is_no_count_is_refused(events: float, of: float) -> None:
    with pytest.raises(DataError):
        Count(events, of)


def test_what_are_no_trials_is_refused() -> None:
    with pytest.raises(DataError, match="no trials"):
        proportions(Count(3, 2), Count(1, 2))
    with pytest.raises(DataError, match="no trials"):
        proportions(Count(1, 2.5), Count(1, 2))
    with pytest.raises(ValueError, match="level"):
        rates(Count(1, 2), Count(1, 2), level=1.0)
