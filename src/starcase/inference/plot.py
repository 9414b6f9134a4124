"""Plots of effects as Vega-Lite specifications (plain dicts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError
from starcase.inference.effect import Effect

Spec = dict[str, object]
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
SHOWN, NOT_SHOWN, BAND = "#0b5fa5", "#8a8f98", "#9cc4e4"
WIDTH, ROW_HEIGHT, HEIGHT = 520, 30, 260
AIR = 0.08
LOOKS = 400
SETTLED = 0.2
TICKS: dict[str, object] = {"tickCount": 6, "labelOverlap": True}


def draw_forest(effects: Mapping[str, Effect], *, title: str = "", axis: str = "difference") -> Spec:
    """Build a forest plot: one effect a row with its interval, and a line at no difference.

    An end without bound is drawn to the edge, with an arrow. Effects in percent are shown in percent.

    Args:
        effects: name to effect, from top to bottom; all on one scale.
        title: above the picture.
        axis: what is measured, with its unit.

    Raises:
        DataError: there is no effect, or some are relative and some are not.

    >>> effect = Effect(estimate=0.1, low=0.0, high=0.2, level=0.9, p_value=0.1, n=9, method="m", question="q")
    >>> draw_forest({"revenue": effect})["data"]["values"][0]["estimate"]
    0.1
    """
    scales = {effect.scale for effect in effects.values()}
    if len(scales) != 1:
        raise DataError("a forest plot needs effects on one scale", where=", ".join(effects) or "no effect")
    factor = 100.0 if scales == {"relative"} else 1.0
    low, high = find_edges([factor * end for one in effects.values() for end in (one.estimate, one.low, one.high, 0.0)])
    y: Spec = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 220}}
    x: Spec = {"type": "quantitative", "scale": {"domain": [low, high], "nice": False}, "axis": TICKS}
    colour: Spec = {"condition": {"test": "datum.shown", "value": SHOWN}, "value": NOT_SHOWN}
    spread: Spec = {"field": "low", **x, "title": axis + (" (%)" if factor > 1 else "")}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 2.5},
            "encoding": {"x": spread, "x2": {"field": "high"}, "color": colour},
        },
        build_arrow("open_low", "low", -90, x, colour),
        build_arrow("open_high", "high", 90, x, colour),
        {
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": {"x": {"field": "estimate", **x}, "color": colour, "tooltip": {"field": "sentence"}},
        },
    ]
    nothing: Spec = {"mark": {"type": "rule", "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 0, **x}}}
    rows = [build_forest_row(name, one, factor, low, high) for name, one in effects.items()]
    effects_layer: Spec = {"encoding": {"y": y}, "layer": layers}
    height = ROW_HEIGHT * len(rows)
    return build_spec(title, {"data": {"values": rows}, "height": height, "layer": [nothing, effects_layer]})


def build_forest_row(name: str, effect: Effect, factor: float, low: float, high: float) -> Spec:
    """Return an effect as one row of the plot data."""
    return {
        "name": name,
        "estimate": clip_value(factor * effect.estimate, low, high),
        "low": clip_value(factor * effect.low, low, high),
        "high": clip_value(factor * effect.high, low, high),
        "shown": not effect.low <= 0 <= effect.high,
        "open_low": not isfinite(effect.low),
        "open_high": not isfinite(effect.high),
        "sentence": effect.sentence,
    }


def draw_over_time(
    at: npt.ArrayLike,
    estimate: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    *,
    lines: Mapping[str, float] | None = None,
    title: str = "",
    when: str = "units",
    axis: str = "difference",
) -> Spec:
    """Plot a confidence sequence: estimate and interval after each look, with reference lines.

    Looks at which nothing was known yet (an end is infinite) are left out, of many looks a few hundred are kept,
    and the height is that of the looks after the first fifth.

    Args:
        at: (n_looks,) how far the experiment was: units, days.
        estimate: (n_looks,) the estimate at each look.
        low: (n_looks,) lower end at each look.
        high: (n_looks,) upper end at each look.
        lines: name to value of horizontal lines; no difference by default.
        title: above the picture.
        when: what ``at`` counts.
        axis: what is measured, with its unit.

    Raises:
        DataError: lengths differ.

    >>> spec = draw_over_time([1, 2, 3], [0, 1, 1], [-np.inf, -1, 0], [np.inf, 3, 2])
    >>> [row["at"] for row in spec["layer"][0]["data"]["values"]]
    [2.0, 3.0]
    """
    table = [np.asarray(column, dtype=np.float64) for column in (at, estimate, low, high)]
    if {column.shape for column in table} != {(table[0].size,)}:
        raise DataError("each look has one estimate and two ends", where=f"{[column.shape for column in table]}")
    known = np.flatnonzero(np.isfinite(np.stack(table)).all(axis=0))
    kept = known[np.unique(np.linspace(0, known.size - 1, min(known.size, LOOKS)).astype(int))] if known.size else known
    names = ("at", "estimate", "low", "high")
    rows = [dict(zip(names, values, strict=True)) for values in np.stack(table)[:, kept].T.tolist()]
    held = {"no difference": 0.0} if lines is None else dict(lines)
    settled = rows[int(SETTLED * len(rows)) :]
    least, most = find_edges([row[end] for row in settled for end in ("low", "high")] + list(held.values()) or [0.0])
    x = {"field": "at", "type": "quantitative", "title": when, "axis": TICKS}
    y = {"type": "quantitative", "title": axis, "scale": {"domain": [least, most], "nice": False}, "axis": TICKS}
    layers: Sequence[Spec] = [
        {
            "data": {"values": rows},
            "layer": [
                {
                    "mark": {"type": "area", "color": BAND, "opacity": 0.6, "clip": True},
                    "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
                },
                {
                    "mark": {"type": "line", "color": SHOWN, "clip": True},
                    "encoding": {"x": x, "y": {"field": "estimate", **y}},
                },
            ],
        },
        {
            "data": {"values": [{"name": name, "value": value} for name, value in held.items()]},
            "encoding": {"y": {"field": "value", **y}},
            "layer": [
                {"mark": {"type": "rule", "strokeDash": [4, 3]}},
                *(
                    build_line_labels(side, baseline, dy)
                    for side, baseline, dy in ((">=", "bottom", -3), ("<", "top", 4))
                ),
            ],
        },
    ]
    return build_spec(title, {"height": HEIGHT, "layer": list(layers)})


def build_spec(title: str, inner: Spec) -> Spec:
    """Return a specification with the parts common to all plots."""
    named: Spec = {"title": {"text": title, "anchor": "start"}} if title else {}
    look = {"view": {"stroke": None}, "axis": {"gridColor": "#e6e8eb", "labelFontSize": 12, "titleFontSize": 12}}
    return {"$schema": SCHEMA, **named, "width": WIDTH, **inner, "config": look}


def build_line_labels(side: str, baseline: str, dy: int) -> Spec:
    """Return the labels of the reference lines on one side of no difference, aligned away from it."""
    return {
        "transform": [{"filter": f"datum.value {side} 0"}],
        "mark": {"type": "text", "align": "right", "baseline": baseline, "dx": -4, "dy": dy, "fontSize": 12},
        "encoding": {"x": {"value": WIDTH}, "text": {"field": "name"}},
    }


def build_arrow(test: str, field: str, angle: int, x: Spec, colour: Spec) -> Spec:
    """Return the arrow head of an interval that extends beyond the plot."""
    return {
        "transform": [{"filter": f"datum.{test}"}],
        "mark": {"type": "point", "shape": "triangle", "angle": angle, "filled": True, "size": 70, "opacity": 1},
        "encoding": {"x": {"field": field, **x}, "color": colour},
    }


def find_edges(ends: Sequence[float]) -> tuple[float, float]:
    """Return the smallest and the largest finite end, with padding."""
    finite = [end for end in ends if isfinite(end)]
    air = AIR * (max(finite) - min(finite)) or 1.0
    return min(finite) - air, max(finite) + air


def clip_value(value: float, low: float, high: float) -> float:
    """Return the value clipped to the range of the plot."""
    return min(max(value, low), high)
