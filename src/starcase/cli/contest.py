"""``starcase contest``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.beside import print_beside
from starcase.cli.lift import NEAR_ZERO, claim_lines, lift, yardsticks
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.pareto import Point, pareto_lines
from starcase.cli.show import console, doing, print_json, print_table
from starcase.cli.untuned import untuned_line
from starcase.cli.watching import watching

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import ContestRecord, CostRecord, Standing


@click.command(
    epilog="""\b
Examples
  starcase contest --case cases/card-fraud
  starcase contest --case mycase --until +12h --workers 2
  starcase contest --case mycase --json
"""
)
@case_option
@who_option
@json_option
@click.option("--since", default="", metavar="MOMENT", help="Use nothing before: +6h from the first row, or ISO 8601.")
@click.option("--until", default="", metavar="MOMENT", help="Use nothing at or after: +12h, or ISO 8601.")
@click.option("--workers", default=2, show_default=True, help="Processes that fit candidates.")
def command(case_folder: Path, who: str, as_json: bool, since: str, until: str, workers: int) -> int:
    """Hold all candidates against each other, and give a verdict.

    Same folds, same rows, same number of tuning trials inside training time; trivial baselines always take part, and
    every answer is timed one request at a time. "No winner" and "simplest within the tie" are verdicts. Exit code 1
    where there is no winner.
    """
    from starcase.case.moment import moment, moment_text
    from starcase.case.processes import Processes
    from starcase.workspace import Workspace, contest

    with Workspace.open(case_folder, actor=who, executor=Processes(workers)) as work:
        with doing("reading the data"):
            start, end = work.dataset.span()
        bounds = [moment(text, start=start) if text else None for text in (since, until)]
        if bounds[1] is not None and bounds[1] > end:
            click.echo(
                f"warning: the data end at {moment_text(end)}, before {moment_text(bounds[1])}\n"
                "  why:   the contest sees all of them, and nothing is left unseen to replay\n"
                "  mend:  give an earlier --until",
                err=True,
            )
        with watching("fitting candidates"):
            held = contest(work, since=bounds[0], until=bounds[1])
    if as_json:
        print_json({"contest": held.record, "cost": held.cost})
    else:
        _print(held.record, held.cost)
    return 1 if held.record.verdict == "no winner" else 0


def _print(record: ContestRecord, cost: CostRecord) -> None:
    objective = {s.candidate: next(f for f in s.figures if f.name == record.objective) for s in record.standings}
    ranked = sorted(record.standings, key=lambda s: objective[s.candidate].value, reverse=record.direction == "higher")
    p99 = {c.candidate: next(f for f in c.figures if f.name == "p99 latency") for c in cost.costs}
    _table(record, cost, [(s, objective[s.candidate], p99[s.candidate]) for s in ranked])
    print_beside(record, [s.candidate for s in ranked])
    over = dict(cost.over)
    for standing in ranked:
        said_of = (standing.suspect, standing.out, over.get(standing.candidate), untuned_line(record, standing))
        for said in said_of:
            if said:
                click.echo(f"{standing.candidate}: {said}")
    _plot(record)
    _print_pairs(record)
    points = [
        Point(s.candidate, objective[s.candidate].value, p99[s.candidate].value, s.candidate in cost.front)
        for s in ranked
    ]
    for drawn in pareto_lines(points, value=record.objective, higher_is_better=record.direction == "higher"):
        click.echo(drawn)
    stays = " stays" if record.verdict == "no winner" else ""
    click.echo(f"verdict: {record.verdict}" + (f", {record.recommended}{stays}" if record.recommended else ""))
    click.echo(f"because: {record.reason}")
    if record.recommended in over:
        within = f"within the budgets: {cost.recommended}" if cost.recommended else "nobody is left within the budgets"
        click.echo(f"but {record.recommended} is over budget; {within}")
    for claim in cost.claims:
        for line in claim_lines(claim):
            click.echo(line)


def _table(record: ContestRecord, cost: CostRecord, rows: Sequence[tuple[Standing, Figure, Figure]]) -> None:
    some, lifts = rows[0][1], yardsticks(record)
    level = f"value [{(some.level or 0) * 100:g} %]"
    print_table(
        f"{record.contest}: {record.objective}, {record.direction} is better, "
        f"{len(record.folds)} folds, {sum(f.outcomes for f in record.folds):,} outcomes, {some.n:,} independent units",
        ("candidate", "role", level, *lifts),
        [
            (s.candidate, s.role, _short(objective), *(lift(record, s.candidate, other) for other in lifts.values()))
            for s, objective, _ in rows
        ],
    )
    click.echo(f"over: relative difference in value; {NEAR_ZERO}")
    click.echo("*: shown, every pair of candidates accounted for")
    print_table(
        "",
        ("candidate", "tried", "fits", "p99", "front", "weights"),
        [
            (
                s.candidate,
                str(s.trials),
                str(s.fits),
                f"{p99.value:,.0f} us",
                _share(cost.front_share, s.candidate),
                _share(cost.weight_share, s.candidate),
            )
            for s, _, p99 in rows
        ],
    )
    click.echo("front: bootstrap draws in which no other is better in value, latency and size together")
    click.echo("weights: weightings of value, latency, size and complexity under which it comes first")


def _share(shares: Sequence[tuple[str, float]], candidate: str) -> str:
    share = dict(shares).get(candidate)
    return "" if share is None else f"{share:.0%}"


def _print_pairs(record: ContestRecord) -> None:
    """The recommended one against everybody else, with the interval that belongs to the verdict."""
    pairs = [
        c for c in record.comparisons if c.metric == record.objective and record.recommended in {c.candidate, c.against}
    ]
    if not pairs:
        return
    level = (pairs[0].shown.level or 0) * 100
    print_table(
        f"all pairs judged together; those of {record.recommended}",
        ("candidate", "against", f"difference [{level:g} %]", "p", "verdict"),
        [
            (c.candidate, c.against, _short(c.shown, share=" points"), f"{c.p_value.value:.3g}", c.verdict)
            for c in pairs
        ],
    )


def _short(figure: Figure, *, share: str = " %") -> str:
    """Value and interval alone; level and n stand once, above the table. A difference of shares is told in points."""
    scale, sign, digits = (100.0, share, ".1f") if figure.unit == "share" else (1.0, "", ".4g")
    text = f"{figure.value * scale:{digits}}{sign}"
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{figure.low * scale:{digits}}, {figure.high * scale:{digits}}]"


def _plot(record: ContestRecord) -> None:
    """Each candidate's interval of the objective on one line, the estimate in its middle."""
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
        console().print(f"{escape(name):<24}[cyan]{''.join(cells)}[/]")
    console().print(f"{'':<24}{left:<.3f}{'':>{width - 10}}{right:.3f}")
