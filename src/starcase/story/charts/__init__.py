"""Pictures of figures that the records hold; every number, name and word on one leads to its record."""

from __future__ import annotations

from starcase.story.charts.chart import Chart
from starcase.story.charts.curve import ANSWER, MEMORY, curve
from starcase.story.charts.forest import pairs, standings
from starcase.story.charts.front import front
from starcase.story.charts.sequence import looks
from starcase.story.charts.timeline import shares

__all__ = ["ANSWER", "MEMORY", "Chart", "curve", "front", "looks", "pairs", "shares", "standings"]
