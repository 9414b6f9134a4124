"""Tables of the segments of an experiment: as planned, and as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starcase.cli.figure import format_figure, format_figure_briefly
from starcase.cli.terminal import print_table, say

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import PlanRecord, ReadingRecord

SHOWN = 0.05


def print_planned_segments(plan: PlanRecord) -> None:
    """Print the units in each segment, the units it needs, and the smallest difference it can show."""
    if not plan.segments:
        return
    print_table(
        f"segments by {plan.segmentation}, fixed as {plan.assignment[:16]}",
        ("segment", "units", "units needed at equal shares", "smallest difference it can show at the planned size"),
        [
            (
                one.segment,
                str(one.units),
                _format_optional(one.expected),
                _format_optional(one.detectable, difference=True),
            )
            for one in plan.segments
        ],
    )


def print_segments(last: ReadingRecord) -> None:
    """Print one table for each metric, and whether the segments differ."""
    exploratory = any(one.exploratory for one in last.segments)
    for metric in dict.fromkeys(one.metric for one in last.segments):
        print_table(
            f"{metric} by {last.segmentation}{', exploratory: not planned' if exploratory else ''}",
            ("segment", "units", "difference, joint interval", "shrunk to overall", "p, corrected", "verdict"),
            [
                (
                    one.segment, str(one.units), format_figure_briefly(one.difference, difference=True),
                    "" if one.shrunk is None else format_figure_briefly(one.shrunk, difference=True),
                    f"{one.p_value.value:.3g}", one.verdict,
                )
                for one in last.segments
                if one.metric == metric
            ],
        )  # fmt: skip
    if last.heterogeneity is not None:
        p_value = last.heterogeneity.value
        said = "segments differ" if p_value < SHOWN else "segments are not shown to differ"
        say(f"{said} (p = {p_value:.3g} over all looks)")
    if exploratory:
        say("these segments were defined after units had been exposed: use them to decide what to test next")


def _format_optional(figure: Figure | None, *, difference: bool = False) -> str:
    return "" if figure is None else format_figure(figure, difference=difference)
