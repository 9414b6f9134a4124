"""What else candidates of a contest reached, beside the objective: how much of a catalogue they show, and of what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starcase.cli.terminal import print_table
from starcase.evidence.number_format import format_digits

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import ContestRecord

FEWEST_DIGITS = 1_000


def print_secondary_metrics(record: ContestRecord, names: Sequence[str]) -> None:
    """One line a candidate, one column a metric that is not the objective; estimates alone.

    Args:
        record: the contest.
        names: the candidates in the order in which they are shown.
    """
    figures = {s.candidate: [f for f in s.figures if f.name != record.objective] for s in record.standings}
    heads = [figure.name for figure in figures[names[0]]]
    if heads:
        rows = [(name, *(_format_figure(figure) for figure in figures[name])) for name in names]
        print_table("beside it, estimates alone; --json has the intervals", ("candidate", *heads), rows)


def _format_figure(figure: Figure) -> str:
    if figure.unit == "share":
        return f"{figure.value * 100:.1f} %"
    return f"{figure.value:,.0f}" if abs(figure.value) >= FEWEST_DIGITS else format_digits(figure.value, 4)
