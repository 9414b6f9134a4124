"""Undecided and harmless cases of the leakage gate; tests/benchmarks/test_gate.py plants every kind of leak."""

from __future__ import annotations

import polars as pl
from benchmarks.gate.planted import clean, planted

from starcase.stages.gate.leakage import Leakage


def test_equal_rows_of_coarse_features_are_no_leak() -> None:
    rounded = planted(lambda rows, _: rows.with_columns(pl.col("x", "noise").round(0)))
    assert Leakage().check(rounded).outcome == "passed"


def test_too_few_training_rows_are_unknown() -> None:
    assert Leakage(rows=10_000).check(planted(clean)).outcome == "failed-unknown"


def test_the_condition_says_whether_units_must_be_new() -> None:
    assert "no unit on both sides" in Leakage(apart=True).required
    assert "no unit on both sides" not in Leakage().required
