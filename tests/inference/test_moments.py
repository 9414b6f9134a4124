"""Moments: exact at any scale, equal in any split, with errors that name the bad value."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starcase.errors import DataError, NotComparable, NotIdentifiable
from starcase.inference import Moments, compute_arm_moments, moments

ROUNDING = 1e-9


def exact_covariance(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> float:
    """In rational numbers, so without any rounding."""
    xs, ys = [Fraction(float(v)) for v in x], [Fraction(float(v)) for v in y]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return float(sum((a - mean_x) * (b - mean_y) for a, b in zip(xs, ys, strict=True)) / (len(xs) - 1))


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9, 1e12, -1e12])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_moments_are_exact_at_any_scale(offset: float, scale: float) -> None:
    rng = np.random.default_rng(5)
    x = offset + scale * rng.normal(size=2_000)
    y = -offset + scale * rng.normal(size=2_000) + 0.5 * (x - offset)
    whole = Moments.from_columns({"x": x, "y": y})
    shards = sum((Moments.from_columns({"x": a, "y": b}) for a, b in zip(x.reshape(8, -1), y.reshape(8, -1),
                 strict=True)), Moments.empty(("x", "y")))  # fmt: skip
    for got in (whole, shards):
        for first, second in (("x", "x"), ("x", "y"), ("y", "y")):
            want = exact_covariance({"x": x, "y": y}[first], {"x": x, "y": y}[second])
            size = (exact_covariance(x, x) * exact_covariance(y, y)) ** 0.5
            assert got.covariance(first, second) == pytest.approx(want, rel=ROUNDING, abs=ROUNDING * size)
        assert got.mean("x") == pytest.approx(float(np.mean([Fraction(float(v)) for v in x])), rel=1e-15, abs=1e-15)


def test_a_difference_of_means_keeps_its_digits() -> None:
    """At 1e12 a float has no digits beyond 1e-4; the offsets from the origins have."""
    base = 1e12 + np.arange(10_000.0)
    left, right = Moments.from_columns({"y": base}), Moments.from_columns({"y": np.append(base[:-1], base[-1] + 1)})
    apart = (right.origin - left.origin) + (right.offset - left.offset)
    assert apart[0] == pytest.approx(1e-4, rel=1e-9)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 2**32 - 1))
def test_any_split_gives_equal_moments(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = {"x": rng.normal(size=sum(sizes)) * 1e3, "y": rng.integers(0, 2, sum(sizes))}
    whole = Moments.from_columns(columns)
    parts, start = Moments.empty(columns), 0
    for size in sizes:
        parts = parts.add_rows({name: values[start : start + size] for name, values in columns.items()})
        start += size
    assert parts.n == whole.n
    assert parts.products == pytest.approx(whole.products, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("kind", ["f8", "f4", "i4", "u1"])
def test_arm_moments_are_equal_for_chunked_rows(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "CHUNK_BYTES", 1)
    rng = np.random.default_rng(2)
    values = rng.integers(0, 100, size=5_000).astype(kind)
    arm = rng.integers(0, 3, size=5_000)
    for code, got in enumerate(compute_arm_moments({"y": values, "z": values % 2 == 0}, arm, 3)):
        own = values[arm == code].astype(np.float64)
        assert got.n == own.size
        assert got.mean("y") == pytest.approx(own.mean(), rel=1e-13)
        assert got.variance("y") == pytest.approx(own.var(ddof=1), rel=1e-12)


def test_empty_arm_refuses_statistics() -> None:
    empty = compute_arm_moments({"y": [1.0, 2.0]}, [0, 0], 2)[1]
    assert empty.n == 0
    with pytest.raises(NotIdentifiable, match="0 rows"):
        empty.mean("y")
    with pytest.raises(NotIdentifiable, match="1 rows"):
        Moments.from_columns({"y": [1.0]}).variance("y")


@pytest.mark.parametrize("value", [0.1, -1e9 + 0.3, 1e12 / 3, 1e-300])
def test_a_constant_column_has_no_variance_at_all(value: float) -> None:
    got = Moments.from_columns({"y": np.full(200_003, value), "x": np.arange(200_003)})
    assert got.variance("y") == got.covariance("x", "y") == 0.0
    assert got.mean("y") == value


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 70, 2_999])
def test_non_finite_value_is_named_by_column_and_row(bad: float, row: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "CHUNK_BYTES", 1)
    values = np.arange(3_000.0)
    values[row] = bad
    with pytest.raises(DataError, match=f"not a finite number\n  where: column y, row {row}\n"):
        Moments.from_columns({"x": np.ones(3_000), "y": values})
    with pytest.raises(DataError, match=f"column y, row {row}\n"):
        compute_arm_moments({"y": values}, np.arange(3_000) % 2, 2)


def test_value_too_large_to_square_is_refused() -> None:
    with pytest.raises(DataError, match="too large to be squared\n  where: column y, row 1\n"):
        Moments.from_columns({"y": [1.0, 1e200]})


def test_incompatible_columns_are_refused() -> None:
    with pytest.raises(DataError, match="differ in length"):
        Moments.from_columns({"x": [1.0], "y": [1.0, 2.0]})
    with pytest.raises(DataError, match="one row of numbers"):
        Moments.from_columns({"x": np.array(["a"])})
    with pytest.raises(DataError, match="at least one column"):
        Moments.from_columns({})
    with pytest.raises(DataError, match="belongs to no arm"):
        compute_arm_moments({"x": [1.0]}, [2], 2)
    with pytest.raises(DataError, match="needs one arm code"):
        compute_arm_moments({"x": [1.0]}, [0, 1], 2)
    with pytest.raises(NotComparable, match="different columns"):
        Moments.from_columns({"x": [1.0]}) + Moments.from_columns({"y": [1.0]})
    with pytest.raises(NotComparable, match="no column 'z'"):
        Moments.from_columns({"x": [1.0]}).mean("z")
