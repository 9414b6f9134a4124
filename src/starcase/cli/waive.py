"""``starcase waive``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.options import case_option, json_option
from starcase.cli.terminal import print_json

if TYPE_CHECKING:
    from starcase.evidence import Entry


@click.command(
    epilog="""\b
Examples
  starcase waive --candidate isolation_forest --gate interventions --who mara --why "a deadline" --until +48h
  starcase waive --candidate lightgbm --gate calibration --who jonas --why agreed --until 2013-10-01T00:00:00Z
"""
)
@click.option("--candidate", required=True, metavar="NAME", help="Who is let past.")
@click.option("--gate", "gates", required=True, multiple=True, metavar="NAME", help="Which gate; may be given again.")
@click.option("--who", required=True, metavar="NAME", help="The person who answers for it.")
@click.option("--why", required=True, metavar="TEXT", help="The reason, in words.")
@click.option("--until", required=True, metavar="MOMENT", help="When it runs out: +48h from now on, or ISO 8601.")
@click.option("--model", default="", metavar="HASH", help="Which fit, by its first digits; the one gated last.")
@case_option
@json_option
def command(
    candidate: str, gates: tuple[str, ...], who: str, why: str, until: str, model: str, case_folder: Path, as_json: bool
) -> None:
    """Let a model past a gate it has failed, for a while.

    The ledger keeps who, why and until when; the waiver covers this one fit of the candidate and runs out by itself.
    Moments count in event time: "now" is the moment the case has reached. Exit code 5 where the gate did not fail.
    """
    from starcase.app import waive
    from starcase.app.fit_history import find_reached_time, resolve_model
    from starcase.cli.open_case import open_recorded_case
    from starcase.errors import CaseFileError
    from starcase.tables.moment import format_moment, parse_moment

    with open_recorded_case(case_folder, who=who) as work:
        try:
            end = parse_moment(until, start=find_reached_time(work))
        except CaseFileError as error:
            raise click.BadParameter(error.what, param_hint="--until") from error
        meant = resolve_model(work, model)
        entries: list[Entry] = [
            waive(work, candidate, gate, who=who, why=why, until=end, model=meant) for gate in gates
        ]
    if as_json:
        print_json(entries)
    else:
        for entry, gate in zip(entries, gates, strict=True):
            click.echo(f"{entry.id}: {who} lets {candidate} past {gate} until {format_moment(end)}")
