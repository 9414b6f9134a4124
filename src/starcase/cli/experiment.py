"""``starcase experiment``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.settings_lines import LOOK, describe_settings
from starcase.cli.terminal import print_json, print_table, say, show_activity

if TYPE_CHECKING:
    from starcase.app.commands.experiment import ExperimentResult
    from starcase.evidence.records import PlanRecord, ReadingRecord

STOPS = {"worse", "blocked"}


@click.command(
    epilog="""\b
Examples
  starcase experiment plan --case mycase
  starcase experiment --case mycase
  starcase experiment read --case mycase --name mycase-2
  starcase experiment read --case mycase --json
  starcase experiment read --case mycase --segments regions.csv
"""
)
@click.argument("what", type=click.Choice(["plan", "read"]), default="read", required=False)
@click.option("--name", default="", metavar="ID", help="The experiment; the latest by default.")
@click.option(
    "--segments", default="", metavar="NAME", help="Also read by these segments; unplanned segments are exploratory."
)
@case_option
@who_option
@json_option
def command(what: str, name: str, segments: str, case_folder: Path, who: str, as_json: bool) -> int:
    """Read the experiment between champion and challenger, or plan the next one.

    The plan is recorded before the first unit is exposed: metric, margin, error rate, sample size. A reading stays
    valid however often you look: it checks the sample ratio, then reports the difference with its interval over all
    looks.
    Exit code 1 if the challenger is shown to be worse, or the sample ratio is off.
    """
    from starcase.app.commands.experiment import experiment, plan
    from starcase.cli.open_case import open_recorded_case

    with open_recorded_case(case_folder, who=who) as work:
        if what == "plan":
            planned = plan(work)
            print_json(planned) if as_json else _print_plan(planned)
            return 0
        with show_activity("reading outcomes"):
            held = experiment(work, name, segments=segments)
        changed = describe_changes(work, work.ledger.entry(held.evidence))
    last = held.readings[-1][1] if held.readings else None
    if as_json:
        shown = {"plan": held.plan, "running": held.running, "looks": len(held.readings), "reading": last}
        print_json(shown | ({} if held.afterwards is None else {"afterwards": held.afterwards}))
    else:
        _print_plan(held.plan)
        if last is None:
            click.echo("no look has been taken yet")
        else:
            _print(held, last)
        decided = (last.settings if last else ()) or held.plan.settings
        for line in [*describe_settings(decided, LOOK), *changed]:
            say(line)
    return 1 if last is not None and last.verdict in STOPS else 0


def _print_plan(plan: PlanRecord) -> None:
    from starcase.cli.figure import format_figure
    from starcase.cli.segments import print_planned_segments

    expected = "unknown: no history yet" if plan.expected is None else f"{format_figure(plan.expected)}"
    print_table(
        f"{plan.experiment}: {plan.challenger or 'a challenger'} against {plan.champion}",
        ("planned before the first exposure", ""),
        [
            ("objective", f"{plan.objective}, {plan.direction} is better"),
            ("guardrails", "; ".join(plan.guardrails) or "none that can be measured live"),
            ("margin", format_figure(plan.margin, difference=True)),
            ("chance of a false decision", f"{plan.alpha:g} over all looks and metrics"),
            ("planned size", f"standard error {format_figure(plan.planned, difference=True)}, power {plan.power:.0%}"),
            ("units needed at equal shares", expected),
            ("segments", plan.segmentation or "none"),
            ("fixed as", plan.sha256[:16]),
        ],
    )
    print_planned_segments(plan)


def _print(held: ExperimentResult, last: ReadingRecord) -> None:
    from starcase.cli.figure import format_figure
    from starcase.cli.lift import describe_claim
    from starcase.cli.metric_table import print_looks, print_metrics
    from starcase.cli.segments import print_segments
    from starcase.evidence.verdicts import format_verdict
    from starcase.tables.moment import format_moment

    print_table(
        f"{last.experiment}: {len(held.readings)} looks{', running' if held.running else ''}",
        ("arm", "units", "decisions", "outcomes known"),
        [(arm.arm, str(arm.units), str(arm.decisions), str(arm.known)) for arm in last.arms],
    )
    print_metrics(last.metrics)
    print_segments(last)
    if held.afterwards is not None:
        print_segments(held.afterwards)
    print_table("", ("excluded, and why", "value"), [(f.name, format_figure(f)) for f in last.figures])
    looks = [(format_moment(at.at)[:16], r.difference) for at, r in held.readings if r.difference is not None]
    print_looks(looks, held.plan.margin.value)
    ratio = last.sample_ratio
    say(f"sample ratio: p = {ratio.value:.3g} over all looks, {ratio.n} units")
    for claim in last.claims:
        say("\n".join(describe_claim(claim)))
    say(f"verdict: {format_verdict(last.verdict)}")
    say(f"because: {last.why} ({held.readings[-1][0].id})")
