"""``starcase retrain``."""

from __future__ import annotations

from pathlib import Path

import click

from starcase.cli.options import case_option, json_option, who_option
from starcase.cli.terminal import print_json, say, show_activity


@click.command(
    epilog="""\b
Examples
  starcase retrain --case cases/card-fraud --candidate lightgbm
  starcase retrain --candidate lightgbm --at +30d --why "another month of labels"
  starcase retrain --candidate lightgbm && starcase gate --candidate lightgbm
"""
)
@click.option("--candidate", required=True, metavar="NAME", help="The candidate to fit again.")
@click.option(
    "--at", "moment", default="", metavar="MOMENT",
    help="Fit on everything known at this time: +30d or ISO 8601; the event time reached by default.",
)  # fmt: skip
@click.option("--why", default="", metavar="TEXT", help="The reason, recorded in the ledger.")
@case_option
@who_option
@json_option
def command(candidate: str, moment: str, why: str, case_folder: Path, who: str, as_json: bool) -> None:
    """Fit a candidate again on everything known, with the parameters of its last contest.

    The new fit is an ordinary challenger, even if the same candidate already serves: run its gates, then try it out in
    shadow.
    """
    from starcase.app.commands.retrain import retrain
    from starcase.app.moment_parsing import parse_case_moment
    from starcase.cli.open_case import open_recorded_case
    from starcase.tables.moment import format_moment

    with open_recorded_case(case_folder, who=who) as work, show_activity(f"fitting {candidate}"):
        at = parse_case_moment(work, moment) if moment else None
        entry, record = retrain(work, candidate, at=at, why=why)
    if as_json:
        print_json({"refit": record, "evidence": entry.id})
        return
    say(
        f"{entry.id}: {candidate} fitted on everything known at {format_moment(record.until)}: "
        f"{record.outcomes:,} known outcomes, model {record.model[:12]}"
    )
    say(
        f"gates judge its fit on {record.fold.name}, {format_moment(record.fold.test_start)} to "
        f"{format_moment(record.fold.test_end)}, which knew {record.measured_outcomes:,}"
    )
    say(f"  next: `starcase gate --case {case_folder} --candidate {candidate} --model {record.model[:12]}`")
