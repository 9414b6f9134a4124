"""Pictures of figures that the records hold; every number, name and word on one leads to its record."""

from __future__ import annotations

from starcase.report.charts.chart import Chart
from starcase.report.charts.confidence_sequence import looks
from starcase.report.charts.forest_plot import pairs, standings
from starcase.report.charts.pareto_front import front
from starcase.report.charts.scaling_curve import ANSWER, MEMORY, curve
from starcase.report.charts.timeline import shares

__all__ = ["ANSWER", "MEMORY", "Chart", "curve", "front", "looks", "pairs", "shares", "standings"]
