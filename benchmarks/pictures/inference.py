"""The pictures of ``docs/inference.md``: every one is computed, from a fixed seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.special import ndtri

from starcase.inference import (
    Count,
    DeltaMetric,
    Design,
    LabelledEvents,
    Mean,
    Moments,
    Ratio,
    compare_proportions,
    compute_arm_moments,
    compute_path,
    draw_forest,
    draw_over_time,
    estimate_best,
    estimate_relative_difference,
    estimate_segments,
)
from starcase.inference.plot import NOT_SHOWN, SHOWN, Spec, build_spec

COLOURS = (NOT_SHOWN, SHOWN, "#c2571a")


def peeking() -> Spec:
    """A/A experiments called different, by how often one looks."""
    rng = np.random.default_rng(1)
    runs, n = 1_500, 4_000
    bought = rng.random((runs, n)) < 0.05
    treated = rng.random((runs, n)) < 0.5
    path = compute_path(bought, treated)
    size = np.abs(path.z)
    inside = Design().critical(path.fraction(n / 2, n / 2))
    methods = {
        "fixed test, looked at again and again": size > -ndtri(0.025),
        "Design, looked at every event": size > inside,
    }
    at = np.arange(n)
    kept = at[99::50]
    rows = [
        {"events": int(place) + 1, "share": float(share), "method": name}
        for name, beyond in methods.items()
        for place, share in zip(kept, np.maximum.accumulate(beyond, axis=1).mean(axis=0)[kept], strict=True)
    ]
    return lines(
        rows,
        x=("events", "events seen"),
        y=("share", "experiments called different"),
        title="Two equal arms at 5 % conversion, 1,500 experiments",
        colours=dict(zip(methods, (COLOURS[2], SHOWN), strict=True)),
        rules={"what was promised: 5 %": 0.05},
        axis={"format": ".0%"},
    )


def sequence() -> Spec:
    """One experiment with an effect, looked at after every event."""
    rng = np.random.default_rng(4)
    n = 20_000
    treated = rng.random(n) < 0.5
    value = rng.normal(10, 4, n) + 0.2 * treated
    path = compute_path(value, treated)
    low, high = path.interval(Design(), path.fraction(n / 2, n / 2))
    return draw_over_time(
        np.arange(1, n + 1),
        path.estimate,
        low,
        high,
        lines={"no difference": 0.0, "tolerated loss": -0.1},
        title="What is known after every event; the truth is 0.2",
        when="units in both arms",
        axis="treatment less control",
    )


def experiment(rng: np.random.Generator, n: int = 8_000) -> tuple[Moments, ...]:
    arm = rng.integers(0, 2, n)
    before = rng.gamma(2.0, 10.0, n)
    orders = 1 + rng.poisson(1.5, n)
    spent = 0.8 * before + orders * 8 + rng.normal(0, 12, n) + 1.0 * arm
    columns = {"spent": spent, "before": before, "orders": orders, "bought": rng.random(n) < 0.3 + 0.012 * arm}
    return compute_arm_moments(columns, arm, 2)


def canary() -> Spec:
    """The evidence of a guard on errors, in three rollouts of one canary at 5 % of the traffic."""
    share, at = 0.05, np.arange(40_000)
    usual, worse = np.full(at.size, 0.001), np.full(at.size, 0.01)
    incident = np.where((at >= 10_000) & (at < 25_000), 0.003, 0.001)
    rollouts = {
        "ten times the errors": (usual, worse),
        "an incident x3 in both arms": (incident, incident),
        "ten times the errors from request 20,000": (usual, np.where(at < 20_000, usual, worse)),
    }
    rows: list[Mapping[str, object]] = []
    for name, (control, treated) in rollouts.items():
        rng = np.random.default_rng(7)
        on_canary = rng.random(at.size) < share
        failed = rng.random(at.size) < np.where(on_canary, treated, control)
        guard = LabelledEvents(alpha=0.01)
        for request in at.tolist():
            if failed[request] and not guard.tripped:
                guard.observe(canary=bool(on_canary[request]), share=share)
            if request % 200 == 0:
                rows.append({"requests": request, "evidence": min(guard.wealth.now, 300.0), "method": name})
    return lines(
        rows,
        x=("requests", "requests in both arms"),
        y=("evidence", "evidence of harm"),
        title="LabelledEvents on errors, a canary of 5 %, alpha 0.01",
        colours=dict(zip(rollouts, (COLOURS[2], NOT_SHOWN, SHOWN), strict=True)),
        rules={"1 / alpha: it trips": 100.0},
        axis={"values": [0.1, 1, 10, 100, 1000]},
        log=True,
    )


def metrics() -> Spec:
    """Four questions of one experiment, each alone and all together."""
    control, treatment = experiment(np.random.default_rng(3))
    named: dict[str, DeltaMetric] = {
        "spent": Mean("spent"),
        "spent, given before": Mean("spent", ("before",)),
        "spent per order": Ratio("spent", "orders"),
    }
    effects = {name: estimate_relative_difference(metric, control, treatment) for name, metric in named.items()}
    counts = [Count.from_arm(arm, "bought") for arm in (control, treatment)]
    effects["bought"] = compare_proportions(counts[0], counts[1], scale="relative")
    return draw_forest(effects, title="One experiment of 8,000 units, four metrics", axis="change")


def shrinkage() -> Spec:
    """Segments as they show and as they are best believed."""
    rng = np.random.default_rng(11)
    sizes = {"phone": 4_000, "desktop": 2_500, "tablet": 500, "television": 150, "car": 60}
    arms = {
        name: (Moments.from_columns({"y": rng.normal(0, 4, n)}), Moments.from_columns({"y": rng.normal(0.4, 4, n)}))
        for name, n in sizes.items()
    }
    rows = [
        {"segment": f"{one.name}, {sizes[one.name]:,}", "how": how, "low": e.low, "value": e.estimate, "high": e.high}
        for one in estimate_segments(Mean("y"), arms).each
        for how, e in (("as it shows", one.raw), ("drawn together", one.shrunk))
    ]
    axis: Spec = {"title": None, "axis": {"labelFontSize": 12}}
    y: Spec = {"field": "segment", "type": "nominal", "sort": None, **axis}
    x: Spec = {"field": "low", "type": "quantitative", "title": "difference", "axis": {"tickCount": 6}}
    colour: Spec = {
        "field": "how",
        "type": "nominal",
        "scale": {"domain": ["as it shows", "drawn together"], "range": [NOT_SHOWN, SHOWN]},
        "legend": {"orient": "bottom", "title": None, "labelFontSize": 12},
    }
    place: Spec = {"y": y, "yOffset": {"field": "how", "type": "nominal"}, "color": colour}
    interval: Spec = {"mark": {"type": "rule", "strokeWidth": 2.5}, "encoding": {"x": x, "x2": {"field": "high"}}}
    point: Spec = {
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        "encoding": {"x": {"field": "value", "type": "quantitative"}},
    }
    truth: Spec = {"mark": {"type": "rule", "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 0.4}}}
    both: Spec = {"encoding": place, "layer": [interval, point]}
    title = "Five segments of so many units an arm; the dashed line is the one true effect"
    return build_spec(title, {"data": {"values": rows}, "height": {"step": 20}, "layer": [truth, both]})


def luck() -> Spec:
    """What the best of k equal candidates shows, and what remains once the choice is allowed for."""
    rng = np.random.default_rng(6)
    seen = rng.normal(size=(1_000, 20))
    rows: list[Mapping[str, object]] = []
    for k in (1, 2, 5, 10, 20):
        found = [estimate_best(estimates[:k], np.eye(k), n=1_000) for estimates in seen]
        naive = [one.naive for one in found]
        corrected = [one.effect.estimate for one in found]
        rows += [
            {"k": k, "estimate": float(np.median(naive)), "method": "as it shows"},
            {"k": k, "estimate": float(np.median(corrected)), "method": "best_of"},
        ]
    return lines(
        rows,
        x=("k", "equal candidates tried"),
        y=("estimate", "median estimate of the best, standard errors"),
        title="The best of k equal candidates, 1,000 contests; the truth is 0",
        colours={"as it shows": COLOURS[2], "best_of": SHOWN},
        rules={},
    )


def lines(
    rows: Sequence[Mapping[str, object]],
    *,
    x: tuple[str, str],
    y: tuple[str, str],
    title: str,
    colours: Mapping[str, str],
    rules: Mapping[str, float],
    axis: Mapping[str, object] | None = None,
    log: bool = False,
) -> Spec:
    field_x: Spec = {"field": x[0], "type": "quantitative", "title": x[1], "axis": {"tickCount": 6}}
    scale: Spec = {"scale": {"type": "log"}} if log else {}
    field_y: Spec = {
        "field": y[0],
        "type": "quantitative",
        "title": y[1],
        "axis": {"tickCount": 6} | dict(axis or {}),
        **scale,
    }
    colour: Spec = {
        "field": "method",
        "type": "nominal",
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": {"orient": "bottom", "title": None, "labelLimit": 320, "labelFontSize": 12},
    }
    layers: list[Spec] = [
        {
            "data": {"values": list(rows)},
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {"x": field_x, "y": field_y, "color": colour},
        },
        *(layer for name, at in rules.items() for layer in ruled(name, at)),
    ]
    return build_spec(title, {"height": 260, "layer": layers})


def ruled(name: str, at: float) -> tuple[Spec, Spec]:
    """A dashed line with its name written above, at the left."""
    here: Spec = {"y": {"datum": at}}
    line: Spec = {"data": {"values": [{}]}, "mark": {"type": "rule", "strokeDash": [4, 3]}, "encoding": here}
    mark: Spec = {"type": "text", "align": "left", "baseline": "bottom", "dx": 6, "dy": -3, "fontSize": 12}
    words: Spec = {"x": {"value": 0}, "text": {"value": name}}
    return line, {"data": {"values": [{}]}, "mark": mark, "encoding": here | words}


PICTURES: dict[str, Callable[[], Spec]] = {
    "peeking": peeking,
    "sequence": sequence,
    "canary": canary,
    "metrics": metrics,
    "shrinkage": shrinkage,
    "luck": luck,
}
