"""A line for each candidate whose tuned parameters scored less than its default parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starcase.cli.lift import format_difference
from starcase.evidence.number_format import format_digits

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import ContestRecord, Standing


def describe_tuning_loss(record: ContestRecord, standing: Standing) -> str:
    """Return ``tuned is worse than its default: ...`` with the difference; empty if tuning lost nothing."""
    before = standing.untuned
    tuned = next((figure for figure in standing.figures if figure.name == record.objective), None)
    if before is None or tuned is None:
        return ""
    sign = 1.0 if record.direction == "higher" else -1.0
    if sign * (tuned.value - before.figure.value) >= 0 or _format_value(tuned) == _format_value(before.figure):
        return ""
    shown = before.comparison.verdict == "worse"
    told = (
        "tuned is worse than its default"
        if shown
        else "tuned scored less than its default, but the difference is not shown"
    )
    difference = before.comparison.shown
    ends = f"{format_difference(difference.value, difference.unit)}{_format_interval(difference)}"
    return f"{told}: {_format_value(tuned)} against {_format_value(before.figure)}, {ends}"


def _format_value(figure: Figure) -> str:
    if figure.unit == "share":
        return f"{figure.value * 100:.1f} %"
    return f"{format_digits(figure.value, 4)} {figure.unit}".rstrip()


def _format_interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    scale, shape = (100.0, "+z.1f") if figure.unit == "share" else (1.0, "+.4g")
    return f" [{figure.low * scale:{shape}}, {figure.high * scale:{shape}}]"
