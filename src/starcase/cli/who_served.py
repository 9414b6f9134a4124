"""``starcase who-served``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.open_case import open_recorded_case
from starcase.cli.options import case_option, json_option

if TYPE_CHECKING:
    from starcase.evidence.tenure import Tenure

NOBODY, MOST = 1, 0.5


@click.command(
    epilog="""\b
Examples
  starcase who-served --at 2013-09-02T08:00:00Z
  starcase who-served --at +30h --json
"""
)
@click.option(
    "--at", "moment_asked", required=True, metavar="MOMENT", help="ISO 8601, or +30h from the start of the data."
)
@case_option
@json_option
def command(moment_asked: str, case_folder: Path, as_json: bool) -> int:
    """Show which model served at a given time, and on which evidence; exit code 1 if none did."""
    from starcase.cli.terminal import print_json
    from starcase.errors import CaseFileError
    from starcase.evidence import who_served
    from starcase.tables.moment import format_moment, parse_moment

    with open_recorded_case(case_folder, served=True) as work:
        start = work.dataset.span()[0] if moment_asked.startswith("+") else None
        try:
            at = parse_moment(moment_asked, start=start)
        except CaseFileError as error:
            raise click.BadParameter(error.what, param_hint="--at") from error
        tenure = who_served(work.ledger, at)
    if as_json:
        print_json(tenure)
    elif tenure is None:
        click.echo(f"no model served at {format_moment(at)}")
    else:
        for line in _describe_tenure(tenure):
            click.echo(line)
    return NOBODY if tenure is None else 0


def _describe_tenure(tenure: Tenure) -> list[str]:
    """Return the lines; the model that served most comes first."""
    from starcase.decide import decode_reach, describe_reaches
    from starcase.tables.moment import format_moment

    by = "the rollout" if tenure.automatic else tenure.actor
    grounds = f" ({', '.join(tenure.because)})" if tenure.because else ""
    champion = f"{tenure.champion}, model {tenure.model[:12]}, "
    since = f"since {format_moment(tenure.since)}"
    force = f"  put in force by {by}, {tenure.step}: {tenure.reason}{grounds}"
    if not tenure.challenger:
        return [champion + since, force]
    whom = describe_reaches(map(decode_reach, tenure.reaches)) if tenure.reaches else f"{tenure.share:.1%} of the units"
    challenger = f"{tenure.challenger}, model {tenure.challenger_model[:12]}, served {whom}"
    if tenure.share > MOST and not tenure.reaches:
        served = "served no units" if tenure.share == 1 else "served the rest"
        return [challenger, f"  {champion}champion {since}, {served}", f"  {force}"]
    return [champion + since, force, f"  {challenger}"]
