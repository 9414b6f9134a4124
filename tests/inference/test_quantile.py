"""Quantiles: coverage, also for clustered rows, and unbounded intervals for small samples."""

from __future__ import annotations

import numpy as np
import pytest

from starcase.errors import DataError, NotIdentifiable
from starcase.inference import Quantile, compare_quantiles, find_unit_arms, sum_by_unit


@pytest.mark.simulation
@pytest.mark.parametrize(("share", "units", "rows"), [(0.5, 400, 1), (0.9, 600, 1), (0.8, 300, 4)])
def test_the_intervals_cover(share: float, units: int, rows: int) -> None:
    rng = np.random.default_rng(7)
    runs, level = 800, 0.9
    whose = np.repeat(np.arange(units), rows)
    absolute = relative = 0
    for _ in range(runs):
        logs = [np.repeat(rng.normal(size=units), rows) + 0.3 * rng.normal(size=units * rows) for _ in range(2)]
        one, other = (Quantile.from_values(np.exp(log), share, whose if rows > 1 else None) for log in logs)
        effects = [
            compare_quantiles(one, other, level=level),
            compare_quantiles(one, other, level=level, scale="relative"),
        ]
        absolute += effects[0].low <= 0 <= effects[0].high
        relative += effects[1].low <= 0 <= effects[1].high
        for effect in effects:
            assert (effect.p_value < 1 - level) == (not effect.low <= 0 <= effect.high)
    tolerance = 3 * (level * (1 - level) / runs) ** 0.5
    ends_are_noisy = 0.02  # the ends rest on some 15 rows; joining noisy ends is a little too wide, never too short
    for covered in (absolute, relative):
        assert level - tolerance <= covered / runs <= level + tolerance + ends_are_noisy


def test_ignoring_clusters_would_not_cover() -> None:
    rng = np.random.default_rng(8)
    rows = np.exp(np.repeat(rng.normal(size=200), 10))
    plain, clustered = Quantile.from_values(rows, 0.5), Quantile.from_values(rows, 0.5, np.repeat(np.arange(200), 10))
    assert clustered.share_error == pytest.approx(plain.share_error * 10**0.5, rel=0.05)


def test_p99_of_fifty_rows_is_unbounded_and_not_significant() -> None:
    one, other = Quantile.from_values(np.arange(1.0, 51.0), 0.99), Quantile.from_values(np.arange(101.0, 151.0), 0.99)
    effect = compare_quantiles(one, other)
    assert (effect.low, effect.high, effect.p_value) == (-np.inf, np.inf, 1.0)


def test_equal_constant_rows_give_no_evidence() -> None:
    same = Quantile.from_values(np.full(300, 2.0), 0.5)
    effect = compare_quantiles(same, same)
    assert (effect.estimate, effect.low, effect.high, effect.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_distant_quantiles_give_a_tiny_p_value() -> None:
    rng = np.random.default_rng(9)
    one, other = (Quantile.from_values(offset + rng.normal(size=5_000), 0.5) for offset in (0.0, 3.0))
    effect = compare_quantiles(one, other)
    assert 0 < effect.p_value < 1e-12
    assert compare_quantiles(other, one).p_value == pytest.approx(effect.p_value)


def test_invalid_quantile_input_is_refused() -> None:
    with pytest.raises(DataError, match=r"rows \[1\]"):
        Quantile.from_values([1.0, np.nan], 0.5)
    for few in ([], [1.0]):
        with pytest.raises(NotIdentifiable):
            Quantile.from_values(few, 0.5)
    with pytest.raises(ValueError, match="share lies between"):
        Quantile.from_values([1.0, 2.0], 1.0)
    zero = Quantile.from_values([0.0, 1.0, 2.0], 0.5)
    with pytest.raises(DataError, match="positive"):
        compare_quantiles(zero, zero, scale="relative")
    with pytest.raises(ValueError, match="not comparable"):
        compare_quantiles(zero, Quantile.from_values([0.0, 1.0, 2.0], 0.6))


@pytest.mark.parametrize("units", [["b", "a", "b", "c"], [7, 3, 7, 9], [10**12, -5, 10**12, 10**13]])
def test_rows_are_summed_by_unit(units: list[str] | list[int]) -> None:
    sums = sum_by_unit(units, {"clicks": [1, 5, 2, 0], "bought": [True, False, True, True]})
    assert sorted(zip(*(sums[name].tolist() for name in ("clicks", "bought", "rows")), strict=True)) == [
        (0.0, 1.0, 1.0),
        (3.0, 2.0, 2.0),
        (5.0, 0.0, 1.0),
    ]
    assert sorted(find_unit_arms(units, [1, 0, 1, 1]).tolist()) == [0, 1, 1]
    with pytest.raises(DataError, match=r"a unit was in two arms\n  where: unit .*, row 0"):
        find_unit_arms(units, [0, 0, 1, 1])


def test_rows_without_valid_units_are_refused() -> None:
    with pytest.raises(DataError, match="differ in length"):
        sum_by_unit([1, 2], {"x": [1.0]})
    with pytest.raises(DataError, match="another name"):
        sum_by_unit([1, 2], {"rows": [1.0, 2.0]})
    with pytest.raises(DataError, match="one arm"):
        find_unit_arms([1, 2], [0])
    with pytest.raises(DataError, match="one name a row"):
        find_unit_arms([[1, 2]], [0])
