from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starcase.errors import DataError
from starcase.tables.fingerprint import compute_fingerprint

KINDS: dict[str, pl.Series] = {
    "int": pl.Series([3, None, 1], dtype=pl.Int32),
    "huge": pl.Series([2**100, None, 1], dtype=pl.Int128),
    "float": pl.Series([1.5, None, float("nan")]),
    "bool": pl.Series([True, None, False]),
    "text": pl.Series(["a", None, "bc"]),
    "category": pl.Series(["a", None, "b"], dtype=pl.Categorical),
    "enum": pl.Series(["a", None, "b"], dtype=pl.Enum(["a", "b"])),
    "bytes": pl.Series([b"\xff", None, b""]),
    "decimal": pl.Series([Decimal("1.10"), None, Decimal("2.00")]),
    "date": pl.Series([date(2020, 1, 1), None, date(2020, 1, 2)]),
    "moment": pl.Series([datetime(2020, 1, 1, tzinfo=UTC), None, datetime(2020, 1, 2, tzinfo=UTC)]),
    "length": pl.Series([timedelta(1), None, timedelta(2)]),
    "list": pl.Series([[1, 2], None, []], dtype=pl.List(pl.Int64)),
    "array": pl.Series([[1, 2], None, [3, 4]], dtype=pl.Array(pl.Int64, 2)),
    "struct": pl.Series([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}]),
    "null": pl.Series([None, None, None], dtype=pl.Null),
}


def hashed(series: pl.Series) -> str:
    return compute_fingerprint(series.to_frame("x"), path="").columns[0].sha256


@pytest.mark.parametrize("kind", KINDS)
def test_the_hash_depends_on_values_and_not_on_chunks(kind: str) -> None:
    series = KINDS[kind]
    assert hashed(pl.concat([series[:1], series[1:]], rechunk=False)) == hashed(series)
    if kind != "null":
        assert hashed(series.reverse()) != hashed(series)
        assert hashed(series.fill_null(strategy="forward")) != hashed(series) or kind in {"list", "array", "struct"}


def test_a_category_is_hashed_by_its_text_and_not_its_code() -> None:
    there = pl.Series(["b", "a"], dtype=pl.Categorical)
    assert hashed(there.reverse()) == hashed(pl.Series(["a", "b"], dtype=pl.Categorical))


def test_a_null_has_another_hash_than_zero_or_empty_text() -> None:
    assert hashed(pl.Series([None, 1])) != hashed(pl.Series([0, 1]))
    assert hashed(pl.Series([None, "a"])) != hashed(pl.Series(["", "a"]))


def test_text_moved_to_another_row_changes_the_hash() -> None:
    assert hashed(pl.Series(["ab", "c"])) != hashed(pl.Series(["a", "bc"]))
    assert hashed(pl.Series([[1, 2], [3]])) != hashed(pl.Series([[1], [2, 3]]))


def test_every_nan_has_the_same_hash() -> None:
    other = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)
    assert hashed(pl.Series(other)) == hashed(pl.Series([float("nan")]))


@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=20), st.data())
@settings(max_examples=50)
def test_one_changed_value_changes_column_and_table(values: list[int | None], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(values) - 1))
    other = data.draw(st.integers(-(2**63), 2**63 - 1).filter(lambda v: v != values[place]))
    before = compute_fingerprint(pl.DataFrame({"x": values, "y": 1}, schema_overrides={"x": pl.Int64}), path="")
    changed = [*values[:place], other, *values[place + 1 :]]
    after = compute_fingerprint(pl.DataFrame({"x": changed, "y": 1}, schema_overrides={"x": pl.Int64}), path="")
    assert before.columns[0].sha256 != after.columns[0].sha256
    assert before.columns[1] == after.columns[1]
    assert before.sha256 != after.sha256


def test_column_names_types_order_and_row_count_change_the_hash() -> None:
    base = pl.DataFrame({"x": [1], "y": [2]})
    prints = {
        compute_fingerprint(frame, path="").sha256
        for frame in (base, base.rename({"x": "z"}), base.select("y", "x"), base.cast(pl.Int32), base[:0])
    }
    assert len(prints) == 5


def test_python_objects_are_refused() -> None:
    with pytest.raises(DataError, match="Python objects"):
        compute_fingerprint(pl.DataFrame({"x": pl.Series([object()], dtype=pl.Object)}), path="")


def test_a_large_table_is_hashed_without_a_python_call_per_row() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({f"x{i}": rng.normal(size=200_000) for i in range(28)}).with_columns(
        pl.Series("text", rng.integers(0, 9999, 200_000)).cast(pl.String), pl.Series("n", np.arange(200_000))
    )
    calls = [0]

    def count(*_: object) -> None:
        calls[0] += 1

    sys.setprofile(count)
    try:
        compute_fingerprint(frame, path="")
    finally:
        sys.setprofile(None)
    assert calls[0] < frame.height
