"""Metrics of champion and challenger as a table, and intervals over time as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from starcase.cli.terminal import create_console, print_table, say
from starcase.evidence.number_format import format_digits
from starcase.evidence.verdicts import format_verdict

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import MetricReading

WIDTH, MOST = 56, 16
Look = tuple[str, "Figure"]


def print_metrics(metrics: Sequence[MetricReading]) -> None:
    """Print each metric: both values, the difference with its interval over all looks, and the verdict."""
    if not metrics:
        return
    print_table(
        "",
        ("metric", "champion", "challenger", "difference, over all looks", "p", "planned", "margin", "verdict"),
        [
            (
                one.metric,
                _format_value(one.champion),
                _format_value(one.challenger),
                (
                    f"{_format_difference(one.difference)} "
                    f"[{_format_bound(one.difference.low, one)}, {_format_bound(one.difference.high, one)}]"
                ),
                f"{one.p_value.value:.3g}",
                f"{one.information.value:.0%}",
                _format_difference(replace(one.difference, value=one.margin)),
                format_verdict(one.verdict),
            )
            for one in metrics
        ],
    )
    for one in metrics:
        if one.corrected is not None:
            say(f"{one.metric}: {_format_difference(one.corrected)} after correction for early stopping")


def print_looks(looks: Sequence[Look], margin: float) -> None:
    """Print each look's interval as a line, with a bar at zero effect; at most ``MOST`` looks are shown.

    Args:
        looks: when, and the difference then.
        margin: the loss tolerated, in the unit of the difference; shown as a dotted bar on both sides.
    """
    chosen = _select_looks(looks)
    if not chosen:
        return
    later = [figure for _, figure in chosen[len(chosen) // 2 :]]
    ends = [end for figure in later for end in (figure.low, figure.high) if end is not None]
    left, right = min(0.0, -margin, *ends), max(0.0, margin, *ends)
    step = (right - left) / (WIDTH - 1) or 1.0

    def cell(x: float) -> int:
        return round((min(max(x, left), right) - left) / step)

    for when, figure in chosen:
        low, high = figure.low or left, figure.high or right
        cells = [" "] * WIDTH
        for edge in (-margin, margin):
            cells[cell(edge)] = "┊"
        cells[cell(0.0)] = "│"
        cells[cell(low) : cell(high) + 1] = "─" * (cell(high) + 1 - cell(low))
        cells[cell(low)] = "<" if low < left else "├"
        cells[cell(high)] = ">" if high > right else "┤"
        cells[cell(figure.value)] = "●"
        create_console().print(f"{when:<20}[cyan]{''.join(cells)}[/]")
    scale, sign = (100.0, " points") if chosen[0][1].unit == "share" else (1.0, f" {chosen[0][1].unit}")
    click.echo(
        f"{'':<20}{format_digits(left * scale)}{sign}"
        f"{'':>{WIDTH - 10 - 2 * len(sign)}}{format_digits(right * scale)}{sign}"
    )


def _select_looks(looks: Sequence[Look]) -> list[Look]:
    if len(looks) <= MOST:
        return list(looks)
    places = sorted({round(place * (len(looks) - 1) / (MOST - 1)) for place in range(MOST)})
    return [looks[place] for place in places]


def _format_value(figure: Figure) -> str:
    return (
        f"{format_digits(figure.value * 100)} %"
        if figure.unit == "share"
        else f"{format_digits(figure.value, 4)} {figure.unit}"
    )


def _format_difference(figure: Figure) -> str:
    """Format a difference; of shares in points."""
    return f"{format_digits(figure.value * 100)} points" if figure.unit == "share" else _format_value(figure)


def _format_bound(value: float | None, reading: MetricReading) -> str:
    scale = 100.0 if reading.difference.unit == "share" else 1.0
    return "" if value is None else format_digits(value * scale)
