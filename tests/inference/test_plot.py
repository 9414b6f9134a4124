"""Plots are valid specifications with finite numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from starcase.errors import DataError
from starcase.inference import Effect, draw_forest, draw_over_time

EFFECT = Effect(estimate=0.1, low=-0.05, high=0.2, level=0.95, p_value=0.1, n=9, method="m", question="q")


def drawn(spec: dict[str, object]) -> str:
    renderer = pytest.importorskip("vl_convert", reason="vl-convert-python draws the pictures of the documents")
    return cast("str", renderer.vegalite_to_svg(json.dumps(spec, allow_nan=False)))


def test_forest_plot_shows_each_effect_and_marks_clipped_intervals() -> None:
    effects = {"revenue": EFFECT, "p99": replace(EFFECT, low=-np.inf), "all": replace(EFFECT, low=-np.inf, high=np.inf)}
    spec = cast("dict[str, Any]", draw_forest(effects, title="Three metrics", axis="EUR"))
    rows = spec["data"]["values"]
    assert [(row["open_low"], row["open_high"]) for row in rows] == [(False, False), (True, False), (True, True)]
    assert rows[1]["low"] < -0.05
    picture = drawn(spec)
    for text in ("revenue", "p99", "Three metrics", "EUR"):
        assert text in picture


def test_relative_effects_are_plotted_in_percent_and_not_mixed() -> None:
    share = replace(EFFECT, scale="relative")
    spec = cast("dict[str, Any]", draw_forest({"a": share}, axis="change"))
    assert spec["data"]["values"][0]["estimate"] == pytest.approx(10.0)
    assert "change (%)" in drawn(spec)
    for bad in ({}, {"a": share, "b": EFFECT}):
        with pytest.raises(DataError, match="one scale"):
            draw_forest(bad)


def test_effect_with_infinite_interval_can_be_plotted() -> None:
    nothing = replace(EFFECT, estimate=0.0, low=-np.inf, high=np.inf)
    assert drawn(draw_forest({"constant": nothing}))
    assert drawn(draw_forest({"no control": replace(nothing, estimate=np.inf)}))


def test_confidence_sequence_is_plotted_with_reference_lines_and_thinned() -> None:
    n = np.arange(1.0, 50_001)
    half = 3 / np.sqrt(n)
    half[0] = np.inf
    spec = cast("dict[str, Any]", draw_over_time(n, 0 * n, -half, half, lines={"margin": -0.1, "plan": 0.05}))
    rows = spec["layer"][0]["data"]["values"]
    assert len(rows) <= 400
    assert (rows[0]["at"], rows[-1]["at"]) == (2.0, 50_000.0)
    picture = drawn(spec)
    assert "margin" in picture
    assert "plan" in picture


def test_confidence_sequence_without_finite_ends_can_be_plotted() -> None:
    assert drawn(draw_over_time([], [], [], []))
    assert drawn(draw_over_time([1.0], [0.0], [-np.inf], [np.inf]))
    with pytest.raises(DataError, match="two ends"):
        draw_over_time([1.0], [0.0], [0.0], [])
