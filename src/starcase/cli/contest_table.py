"""The objective of each candidate in a contest: a table, intervals as lines, and pairwise comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starcase.cli.lift import NEAR_ZERO, format_lift, select_yardsticks
from starcase.cli.terminal import create_console, print_table, say
from starcase.evidence.number_format import format_count

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import ComparisonFigure, ContestRecord, Standing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starcase.evidence.records import ContestRecord


def print_standings(record: ContestRecord, rows: Sequence[tuple[Standing, Figure]]) -> None:
    """Print each candidate's objective, and its difference from the incumbent and the best trivial baseline."""
    some, lifts = rows[0][1], select_yardsticks(record)
    level = "value" if some.level is None else f"value [{some.level * 100:g} %]"
    print_table(
        f"{record.contest}: {record.objective}, {record.direction} is better, "
        f"{format_count(len(record.folds), 'fold')}, {format_count(sum(f.outcomes for f in record.folds), 'outcome')}, "
        f"{format_count(some.n or 0, 'independent unit')}",
        ("candidate", "role", level, *lifts),
        [
            (
                s.candidate,
                s.role,
                _format_interval(objective),
                *(format_lift(record, s.candidate, other) for other in lifts.values()),
            )
            for s, objective in rows
        ],
    )
    say(f"over: relative difference in value; {NEAR_ZERO}")
    say("*: shown, every pair of candidates accounted for")


def print_pairs(record: ContestRecord) -> None:
    """Print the recommended candidate against each other candidate, with the interval behind the verdict."""
    pairs = [
        c for c in record.comparisons if c.metric == record.objective and record.recommended in {c.candidate, c.against}
    ]
    if not pairs:
        return
    level = pairs[0].shown.level
    difference = "difference" if level is None else f"difference [{level * 100:g} %]"
    print_table(
        f"all pairs compared jointly; shown: pairs with {record.recommended}",
        ("candidate", "against", difference, "p", "verdict"),
        [(c.candidate, c.against, _format_interval(c.shown, share=" points"), *_format_test(c)) for c in pairs],
    )


def _format_test(comparison: ComparisonFigure) -> tuple[str, str]:
    """Return the p-value and the verdict; without a p-value the pair had too few units for a test."""
    if comparison.p_value is None:
        return "", "not tested"
    return f"{comparison.p_value.value:.3g}", comparison.verdict


def _format_interval(figure: Figure, *, share: str = " %") -> str:
    """Return value and interval; level and n are in the table title. A difference of shares is in points."""
    scale, sign, digits = (100.0, share, "z.1f") if figure.unit == "share" else (1.0, "", ".4g")
    text = f"{figure.value * scale:{digits}}{sign}"
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{figure.low * scale:{digits}}, {figure.high * scale:{digits}}]"


def print_intervals(record: ContestRecord) -> None:
    """Print each candidate's interval of the objective as a line with the estimate marked."""
    from rich.markup import escape

    figures = [(s.candidate, next(f for f in s.figures if f.name == record.objective)) for s in record.standings]
    drawn = [(name, f, f.low, f.high) for name, f in figures if f.low is not None and f.high is not None]
    if not drawn:
        return
    left, right, width = min(d[2] for d in drawn), max(d[3] for d in drawn), 48
    step = (right - left) / (width - 1) or 1.0
    for name, figure, low, high in drawn:
        cells = [" "] * width
        first, last, middle = (round((x - left) / step) for x in (low, high, figure.value))
        cells[first : last + 1] = "─" * (last + 1 - first)
        cells[middle] = "●"
        create_console().print(f"{escape(name):<24}[cyan]{''.join(cells)}[/]")
    create_console().print(f"{'':<24}{left:<.3f}{'':>{width - 10}}{right:.3f}")


def describe_coverage(record: ContestRecord) -> list[str]:
    """Describe what the intervals cover, what would widen them, and in how many folds the best one led."""
    lacking = {"`seeds = 5` for variation between training seeds": record.seeds_each == 1 and not record.over_time,
               "`over_time = true` for variation over time": not record.over_time}  # fmt: skip
    wider = ", ".join(words for words, lacks in lacking.items() if lacks)
    lines = [f"intervals: {record.question}" + (f"; to cover more, under [contest]: {wider}" if wider else "")]
    ahead = [f"{one.against} in {one.folds} of {format_count(len(record.folds), 'fold')}" for one in record.ahead]
    if ahead:
        lines.append(f"ahead: {record.recommended} was better than {' and '.join(ahead)}")
    return lines
