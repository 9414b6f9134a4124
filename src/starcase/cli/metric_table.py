"""Metrics of champion and challenger as a table, and intervals over time as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from starcase.cli.terminal import console, print_table, say
from starcase.evidence.number_format import digits
from starcase.evidence.verdicts import verdict_text

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import MetricReading

WIDTH, MOST = 56, 16
Look = tuple[str, "Figure"]


def print_metrics(metrics: Sequence[MetricReading]) -> None:
    """One line a metric: both values, the difference with its interval over all looks, the verdict."""
    if not metrics:
        return
    print_table(
        "",
        ("metric", "champion", "challenger", "difference, at all looks", "p", "planned", "margin", "verdict"),
        [
            (
                one.metric,
                _plain(one.champion),
                _plain(one.challenger),
                f"{_apart(one.difference)} [{_end(one.difference.low, one)}, {_end(one.difference.high, one)}]",
                f"{one.p_value.value:.3g}",
                f"{one.information.value:.0%}",
                _apart(replace(one.difference, value=one.margin)),
                verdict_text(one.verdict),
            )
            for one in metrics
        ],
    )
    for one in metrics:
        if one.corrected is not None:
            say(f"{one.metric}: {_apart(one.corrected)} when the luck of being told early is taken out")


def print_looks(looks: Sequence[Look], margin: float) -> None:
    """Each look's interval on one line, no effect as a bar; looks in between are left out where there are many.

    Args:
        looks: when, and the difference then.
        margin: the loss tolerated, in the unit of the difference; shown as a dotted bar on both sides.
    """
    chosen = _some(looks)
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
        console().print(f"{when:<20}[cyan]{''.join(cells)}[/]")
    scale, sign = (100.0, " points") if chosen[0][1].unit == "share" else (1.0, f" {chosen[0][1].unit}")
    click.echo(f"{'':<20}{digits(left * scale)}{sign}{'':>{WIDTH - 10 - 2 * len(sign)}}{digits(right * scale)}{sign}")


def _some(looks: Sequence[Look]) -> list[Look]:
    if len(looks) <= MOST:
        return list(looks)
    places = sorted({round(place * (len(looks) - 1) / (MOST - 1)) for place in range(MOST)})
    return [looks[place] for place in places]


def _plain(figure: Figure) -> str:
    return f"{digits(figure.value * 100)} %" if figure.unit == "share" else f"{digits(figure.value, 4)} {figure.unit}"


def _apart(figure: Figure) -> str:
    """A difference; of shares in points."""
    return f"{digits(figure.value * 100)} points" if figure.unit == "share" else _plain(figure)


def _end(value: float | None, reading: MetricReading) -> str:
    scale = 100.0 if reading.difference.unit == "share" else 1.0
    return "" if value is None else digits(value * scale)
