"""``starcase rollout``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.figure import format_figure_briefly
from starcase.cli.open_case import open_case
from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.record_lines import describe_record
from starcase.cli.terminal import print_json, say

if TYPE_CHECKING:
    from starcase.evidence import Entry


@click.group(
    epilog="""\b
Examples
  starcase rollout status --case mycase
  starcase rollout shadow lightgbm --case mycase --why "better in the contest"
  starcase rollout promote --case mycase --why "four quiet weeks"
  starcase rollout rollback --case mycase --why "customers call"
"""
)
def command() -> None:
    """Show the state of the rollout, or change it by hand.

    Promotion needs clearance like any exposure; a rollback needs none.
    """


@command.command()
@case_option
@json_option
def status(case_folder: Path, as_json: bool) -> None:
    """Show which model serves, which one is being tried out, and since when."""
    from starcase.app.commands.rollout import explain_hold, read_cohorts
    from starcase.app.commands.rollout import status as look
    from starcase.decide import describe_reaches
    from starcase.evidence.verdicts import format_verdict
    from starcase.tables.moment import format_moment

    with open_case(case_folder) as work:
        state, why, cohorts = look(work), explain_hold(work), read_cohorts(work)
    if as_json:
        print_json(state)
        return
    if state.stage == "empty":
        say("no model serves yet; `starcase replay` installs the incumbent")
        return
    say(f"{state.champion} serves (model {state.champion_model[:12]}), plan {state.version}")
    if state.challenger:
        how = "sees every request in shadow" if state.stage == "shadow" else f"serves {describe_reaches(state.reaches)}"
        say(f"{state.challenger} {how} since {format_moment(state.since)} (model {state.challenger_model[:12]})")
        if why:
            say(f"at the last look, {why}")
    elif state.previous:
        say(f"{state.previous} is kept ready for an instant rollback (model {state.previous_model[:12]})")
    for cohort in cohorts:
        differences = ", ".join(
            f"{one.metric} {format_figure_briefly(one.difference, difference=True)}" for one in cohort.metrics
        )
        say(f"where {cohort.cohort}: {differences}; {format_verdict(cohort.verdict)}")


@command.command()
@click.argument("challenger", metavar="NAME")
@click.option("--model", default="", metavar="HASH", help="Its fitted model; the latest by default.")
@case_option
@who_option
@click.option("--why", required=True, metavar="TEXT", help="The reason; the ledger keeps it.")
def shadow(challenger: str, model: str, case_folder: Path, who: str, why: str) -> None:
    """Let a candidate answer in shadow while the champion serves.

    A running gateway loads the candidate automatically; the rollout then moves it to canary and to promotion, or rolls
    it back. In a replay, `starcase replay --challenger` does the same.
    """
    from starcase.app.commands.rollout import shadow as act

    with open_case(case_folder, who=who) as work:
        entry = act(work, challenger, model=model, why=why)
    say(f"{entry.id}: {describe_record(entry.record)}")


@command.command()
@case_option
@who_option
@json_option
@click.option("--why", required=True, metavar="TEXT", help="The reason; the ledger keeps it.")
def promote(case_folder: Path, who: str, as_json: bool, why: str) -> None:
    """Make the challenger the champion; refused without clearance."""
    from starcase.app.commands.rollout import promote as act

    with open_case(case_folder, who=who) as work:
        entry = act(work, why=why)
    _print(entry, as_json=as_json)


@command.command()
@case_option
@who_option
@json_option
@click.option("--why", required=True, metavar="TEXT", help="The reason; the ledger keeps it.")
def rollback(case_folder: Path, who: str, as_json: bool, why: str) -> None:
    """Roll back the challenger, or undo the last promotion."""
    from starcase.app.commands.rollout import rollback as act

    with open_case(case_folder, who=who) as work:
        entry = act(work, why=why)
    _print(entry, as_json=as_json)


def _print(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        print_json(entry)
    else:
        say(f"{entry.id}: {describe_record(entry.record)}")
