"""Charts of recorded figures; every number, name and word is bound to its record."""

from __future__ import annotations

from starcase.report.charts.chart import Chart
from starcase.report.charts.confidence_sequence import draw_looks
from starcase.report.charts.forest_plot import draw_pairs, draw_standings
from starcase.report.charts.pareto_front import draw_front
from starcase.report.charts.scaling_curve import ANSWER, MEMORY, draw_scaling_curve
from starcase.report.charts.timeline import draw_shares

__all__ = [
    "ANSWER",
    "MEMORY",
    "Chart",
    "draw_front",
    "draw_looks",
    "draw_pairs",
    "draw_scaling_curve",
    "draw_shares",
    "draw_standings",
]
