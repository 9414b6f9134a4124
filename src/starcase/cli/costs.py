"""Tables of the costs of a contest's candidates, of the Pareto front, and of how costs grow with the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starcase.cli.growth_chart import CurveSeries, draw_curves
from starcase.cli.terminal import print_table, say
from starcase.evidence.scaling_exponent import WIDEST, is_precise_exponent

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import CandidateGrowth, ContestRecord, CostRecord, Growth, GrowthPoint

HEADS = {
    "p50 latency": "p50", "p99 latency": "p99", "fit time": "fit", "fit memory": "fit memory", "artefact size": "kept",
}  # fmt: skip
COORDINATES = {"p50 latency": "p50", "artefact size": "kept size"}
MEMORY, P50 = "fit memory", "p50 latency"
THOUSAND, DIGITS = 1000, 3
UNKNOWN = "not known"


def print_costs(record: ContestRecord, cost: CostRecord, ranked: Sequence[str]) -> None:
    """Print each candidate's costs, its complexity, and the growth of its steepest cost."""
    shown = {c.candidate: {f.name: format_amount(f) for f in c.figures if f.name in HEADS} for c in cost.costs}
    heads = [name for name in HEADS if all(name in costs for costs in shown.values())]
    complexity = {s.candidate: str(s.complexity) for s in record.standings}
    steep = {one.candidate: one.steepest for one in cost.growth.candidates} if cost.growth else {}
    growth = ("growth",) if any(steep.values()) else ()
    rows = [
        (
            name,
            *(shown[name][head] for head in heads),
            complexity[name],
            *(_format_exponent(steep.get(name)) for _ in growth),
        )
        for name in ranked
    ]
    print_table("", ("candidate", *(HEADS[head] for head in heads), "complexity", *growth), rows)
    if growth and cost.growth:
        say(f"growth: scaling exponent of the fastest-growing cost, in {cost.growth.what}")


def print_front(record: ContestRecord, cost: CostRecord, ranked: Sequence[str]) -> None:
    """Print how often each candidate is on the front and ranks first by weighting, and what it leads in."""
    tried = {s.candidate: (str(s.trials), str(s.fits)) for s in record.standings}
    places = {place.candidate: place for place in cost.places}

    def why(name: str) -> str:
        place = places.get(name)
        if place is None:
            return ""
        return f"dominated by {', '.join(place.behind)}" if place.behind else place.why

    print_table(
        "",
        ("candidate", "trials", "fits", "front", "weights", "on the front for"),
        [
            (
                name,
                *tried[name],
                _format_share(cost.front_share, name),
                _format_share(cost.weight_share, name),
                why(name),
            )
            for name in ranked
        ],
    )
    counted = ", ".join(COORDINATES.get(name, name) for name in cost.counted)
    say(f"front: share of bootstrap draws in which no other candidate is better in value, {counted} together")
    say(f"weights: share of weightings of value, {counted} under which the candidate ranks first")


def print_growth(growth: Growth, ranked: Sequence[str]) -> None:
    """Print scaling exponents, the fit memory at each data size, the candidates that are refused, and a chart."""
    of = {one.candidate: one for one in growth.candidates}
    _print_exponents(growth, ranked)
    points = {name: {point.factor: point for point in of[name].points} for name in ranked}
    beyond = sorted({factor for of_one in points.values() for factor in of_one if factor > 1})
    print_table(
        "memory to fit",
        ("candidate", "x1, measured", *(f"x{factor:g}, predicted" for factor in (1, *beyond))),
        [
            (
                name,
                format_amount(_find_figure(points[name].get(1.0), MEMORY)),
                *(_format_prediction(points[name].get(factor)) for factor in (1.0, *beyond)),
            )
            for name in ranked
        ],
    )
    print_table(
        "p50 of one answer",
        ("candidate", "x1, measured", *(f"x{factor:g}, extrapolated" for factor in beyond)),
        [
            (
                name,
                format_amount(_find_figure(points[name].get(1.0), P50)),
                *(_extrapolate_time(of[name], points[name].get(factor)) for factor in beyond),
            )
            for name in ranked
        ],
    )
    say("x1 is measured again, alternating with fits on subsampled data, so it differs from the p50 in the costs above")
    for name in ranked:
        for factor, point in points[name].items():
            if point.refused:
                say(f"{name} at x{factor:g}: {point.refused}")
            elif point.without:
                say(f"{name} at x{factor:g}: {point.without}")
    lines = [
        CurveSeries(name, [(f, m) for f, p in points[name].items() if (m := _select_memory(p)) is not None])
        for name in ranked
    ]
    for drawn in draw_curves(lines, what=f"memory to fit, MB, by {growth.what}", least=1.0):
        say(drawn)


def _print_exponents(growth: Growth, ranked: Sequence[str]) -> None:
    found = {one.candidate: {f.name: f for f in one.exponents} for one in growth.candidates}
    costs = [cost for cost in HEADS if any(cost in powers for powers in found.values())]
    if not costs:
        say(f"growth with {growth.what}: too little data to subsample, so no scaling exponent is known")
        return
    level = next(f.level for powers in found.values() for f in powers.values()) or 0.0
    print_table(
        f"growth with {growth.what}, each as active as now: scaling exponent [{level * 100:g} %]",
        ("candidate", *(HEADS[cost] for cost in costs)),
        [(name, *(_format_exponent(found[name].get(cost), ends=True) for cost in costs)) for name in ranked],
    )
    say("1: linear; 2: quadratic; empty: below timing noise")
    if any(not is_precise_exponent(power) for powers in found.values() for power in powers.values()):
        say(f"{UNKNOWN}: the interval of the exponent is wider than +-{WIDEST:g}")


def _find_figure(point: GrowthPoint | None, cost: str) -> Figure | None:
    return next((f for f in point.figures if f.name == cost), None) if point else None


def _format_prediction(point: GrowthPoint | None) -> str:
    if point is None or point.foretold is None:
        return ""
    return f"{format_amount(point.foretold)}, refused" if point.refused else format_amount(point.foretold)


def _select_memory(point: GrowthPoint) -> float | None:
    """Return the fit memory at this data size: the prediction beyond the data, otherwise the measurement."""
    measured = _find_figure(point, MEMORY)
    told = point.foretold if point.factor > 1 and point.foretold else measured
    return told.value if told else None


def _extrapolate_time(growth: CandidateGrowth, point: GrowthPoint | None) -> str:
    """Format the latency extrapolated to this data size; an imprecise exponent gives no extrapolation."""
    power, figure = next((one for one in growth.exponents if one.name == P50), None), _find_figure(point, P50)
    if power is not None and figure is not None and not is_precise_exponent(power):
        return UNKNOWN
    if figure is None or figure.low is None or figure.high is None:
        return format_amount(figure)
    return f"{format_amount(figure)} [{figure.low:,.{DIGITS}g}, {figure.high:,.{DIGITS}g}]"


def _format_exponent(figure: Figure | None, *, ends: bool = False) -> str:
    if figure is None:
        return ""
    if not is_precise_exponent(figure):
        return UNKNOWN
    ends_known = [end for end in (figure.low, figure.high) if end is not None]
    text, *around = (f"{end:.1f}".replace("-0.0", "0.0") for end in (figure.value, *ends_known))
    return f"{text} [{', '.join(around)}]" if ends and set(around) - {text} else text


def format_amount(figure: Figure | None) -> str:
    """Three digits and the unit.

    >>> from starcase.evidence import Figure
    >>> (format_amount(Figure(name="fit time", value=0.01234, unit="s")),
    ...  format_amount(Figure(name="p50", value=4321.9, unit="us")))
    ('0.0123 s', '4,322 us')
    """
    if figure is None:
        return ""
    value = figure.value
    return f"{value:,.0f} {figure.unit}" if value >= THOUSAND else f"{value:.{DIGITS}g} {figure.unit}"


def _format_share(shares: Sequence[tuple[str, float]], candidate: str) -> str:
    share = dict(shares).get(candidate)
    return "" if share is None else f"{share:.0%}"
