"""``starcase contest``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.contest_table import describe_coverage, print_intervals, print_pairs, print_standings
from starcase.cli.costs import print_costs, print_front, print_growth
from starcase.cli.lift import describe_claim
from starcase.cli.open_case import open_case
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.pareto_chart import ParetoPoint, draw_pareto_front
from starcase.cli.progress import show_progress
from starcase.cli.record_times import format_recorded_time
from starcase.cli.secondary_metrics import print_secondary_metrics
from starcase.cli.settings_lines import CONTEST, describe_settings
from starcase.cli.terminal import print_json, say, show_activity
from starcase.cli.tuning_gain import describe_tuning_loss

if TYPE_CHECKING:
    from starcase.evidence.records import ContestRecord, CostRecord, Standing


@click.command(
    epilog="""\b
Examples
  starcase contest --case cases/card-fraud
  starcase contest --case mycase --until +12h --workers 2
  starcase contest --case mycase --json
  starcase contest --case mycase --json | jq .cost.growth
"""
)
@case_option
@who_option
@json_option
@click.option(
    "--since",
    default="",
    metavar="MOMENT",
    help="Use only rows from this time on: +6h from the first row, or ISO 8601.",
)
@click.option("--until", default="", metavar="MOMENT", help="Use only rows before this time: +12h, or ISO 8601.")
@click.option("--workers", default=2, show_default=True, help="Number of processes that fit candidates.")
def command(case_folder: Path, who: str, as_json: bool, since: str, until: str, workers: int) -> int:
    """Compare all candidates on the same folds, and give a verdict.

    All candidates get the same folds, the same rows and the same number of tuning trials within the training span.
    Trivial baselines are always included. Latency is measured one request at a time. If the system's data can be
    subsampled, each candidate is also fitted on shares of the data (`growth` under [contest]; [] switches this off):
    this measures how its costs grow, and which candidates would no longer fit into memory. "No winner" and "simplest
    within the tie" are verdicts. Exit code 1 if there is no winner.
    """
    from starcase.app import contest
    from starcase.compute.processes import Processes
    from starcase.tables.moment import parse_moment

    with open_case(case_folder, who=who, executor=Processes(workers)) as work:
        with show_activity("reading the data"):
            start, end = work.dataset.span()
        bounds = [parse_moment(text, start=start) if text else None for text in (since, until)]
        _warn(start, end, bounds[1])
        with show_progress("fitting candidates"):
            held = contest(work, since=bounds[0], until=bounds[1])
        changed = describe_changes(work, held.entry)
    if as_json:
        print_json({"contest": held.record, "cost": held.cost})
    else:
        _print(held.record, held.cost)
        if held.stands:
            say(
                f"recorded {format_recorded_time(held.entry)}, unchanged since: "
                "case.toml, code, tables and data are the same"
            )
        for line in changed:
            say(line)
    return 1 if held.record.verdict == "no winner" else 0


def _warn(start: int, end: int, until: int | None) -> None:
    """Warn before the contest starts that it leaves no unseen data for a replay."""
    from starcase.tables.moment import format_moment

    if until is not None and until > end:
        said = f"the data end at {format_moment(end)}, before {format_moment(until)}"
        why = "the contest uses all of the data, so no unseen data is left for a replay"
        mend = "give an earlier --until"
    elif until is None or until == end:
        said = f"the contest uses all of the data, up to {format_moment(end)}"
        why = "no unseen data is left for a replay"
        mend = f"to leave data for a replay, give --until, such as {format_moment(start + (end - start) * 2 // 3)}"
    else:
        return
    click.echo(f"warning: {said}\n  why:   {why}\n  mend:  {mend}", err=True)


def _print(record: ContestRecord, cost: CostRecord) -> None:
    objective = {s.candidate: next(f for f in s.figures if f.name == record.objective) for s in record.standings}
    ranked = sorted(record.standings, key=lambda s: objective[s.candidate].value, reverse=record.direction == "higher")
    names = [standing.candidate for standing in ranked]
    print_standings(record, [(s, objective[s.candidate]) for s in ranked])
    print_secondary_metrics(record, names)
    print_intervals(record)
    print_pairs(record)
    print_costs(record, cost, names)
    print_front(record, cost, names)
    p50 = {c.candidate: next(f for f in c.figures if f.name == "p50 latency").value for c in cost.costs}
    points = [ParetoPoint(name, objective[name].value, p50[name], name in cost.front) for name in names]
    for drawn in draw_pareto_front(points, value=record.objective, higher_is_better=record.direction == "higher"):
        say(drawn)
    if cost.growth is not None:
        print_growth(cost.growth, names)
    _print_verdict(record, cost, ranked)


def _print_verdict(record: ContestRecord, cost: CostRecord, ranked: Sequence[Standing]) -> None:
    over = dict(cost.over)
    for standing in ranked:
        said_of = (
            standing.suspect,
            standing.out,
            over.get(standing.candidate),
            describe_tuning_loss(record, standing),
            standing.remark,
        )
        for said in said_of:
            if said:
                say(f"{standing.candidate}: {said}")
    stays = " stays" if record.verdict == "no winner" else ""
    say(f"verdict: {record.verdict}" + (f", {record.recommended}{stays}" if record.recommended else ""))
    say(f"because: {record.reason}")
    for line in [*describe_coverage(record), *describe_settings(record.settings, CONTEST)]:
        say(line)
    if record.recommended in over:
        within = f"within the budgets: {cost.recommended}" if cost.recommended else "no candidate is within the budgets"
        say(f"but {record.recommended} is over budget; {within}")
    for claim in cost.claims:
        for line in describe_claim(claim):
            say(line)
