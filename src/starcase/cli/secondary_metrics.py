"""Secondary metrics of a contest's candidates, such as catalogue coverage."""

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
    """Print one row for each candidate and one column for each secondary metric; estimates only.

    Args:
        record: the contest.
        names: the candidates in the order in which they are shown.
    """
    figures = {s.candidate: [f for f in s.figures if f.name != record.objective] for s in record.standings}
    heads = [figure.name for figure in figures[names[0]]]
    if heads:
        rows = [(name, *(_format_figure(figure) for figure in figures[name])) for name in names]
        print_table("other metrics, estimates only; --json has the intervals", ("candidate", *heads), rows)


def _format_figure(figure: Figure) -> str:
    if figure.unit == "share":
        return f"{figure.value * 100:.1f} %"
    return f"{figure.value:,.0f}" if abs(figure.value) >= FEWEST_DIGITS else format_digits(figure.value, 4)
