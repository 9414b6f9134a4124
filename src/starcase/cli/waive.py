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
@click.option("--candidate", required=True, metavar="NAME", help="The candidate that failed the gate.")
@click.option(
    "--gate", "gates", required=True, multiple=True, metavar="NAME", help="The gate to waive; may be given again."
)
@click.option("--who", required=True, metavar="NAME", help="The person who is responsible for the waiver.")
@click.option("--why", required=True, metavar="TEXT", help="The reason, recorded in the ledger.")
@click.option("--until", required=True, metavar="MOMENT", help="When the waiver expires: +48h from now, or ISO 8601.")
@click.option(
    "--model", default="", metavar="HASH", help="Hash prefix of the fitted model. Default: the one gated last."
)
@case_option
@json_option
def command(
    candidate: str, gates: tuple[str, ...], who: str, why: str, until: str, model: str, case_folder: Path, as_json: bool
) -> None:
    """Waive a gate that a model has failed, until a given time.

    The ledger records who waived it, why and until when. The waiver covers only this fit of the candidate and expires
    automatically. Times are event times: "now" is the event time that the case has reached. Exit code 5 if the gate did
    not fail.
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
            click.echo(f"{entry.id}: {who} waives {gate} for {candidate} until {format_moment(end)}")
