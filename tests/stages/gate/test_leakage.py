"""What the gate for leaks cannot say, and what it leaves alone; tests/benchmarks/test_gate.py plants every kind."""

from __future__ import annotations

import polars as pl
from benchmarks.gate.planted import clean, planted

from starcase.stages.gate.leakage import Leakage


def test_coarse_features_copy_each_other_by_nature() -> None:
    rounded = planted(lambda rows, _: rows.with_columns(pl.col("x", "noise").round(0)))
    assert Leakage().check(rounded).outcome == "passed"


def test_too_little_training_cannot_say() -> None:
    assert Leakage(rows=10_000).check(planted(clean)).outcome == "failed-unknown"


def test_what_is_held_against_new_units_stands_in_the_condition() -> None:
    assert "no unit on both sides" in Leakage(apart=True).required
    assert "no unit on both sides" not in Leakage().required
