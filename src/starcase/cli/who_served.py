"""``starcase who-served``."""

from __future__ import annotations

from pathlib import Path

import click

from starcase.cli.options import case_option, json_option
from starcase.cli.standing import standing

NOBODY = 1


@click.command(
    epilog="""\b
Examples
  starcase who-served --at 2013-09-02T08:00:00Z
  starcase who-served --at +30h --json
"""
)
@click.option("--at", "moment_asked", required=True, metavar="MOMENT", help="ISO 8601; +30h from the data's start.")
@case_option
@json_option
def command(moment_asked: str, case_folder: Path, as_json: bool) -> int:
    """Say which model served at a moment, and on what grounds; exit code 1 where nobody did."""
    from starcase.case.moment import moment, moment_text
    from starcase.cli.show import print_json
    from starcase.decide import in_words, reach_of
    from starcase.errors import CaseFileError
    from starcase.evidence import who_served

    with standing(case_folder) as work:
        start = work.dataset.span()[0] if moment_asked.startswith("+") else None
        try:
            at = moment(moment_asked, start=start)
        except CaseFileError as error:
            raise click.BadParameter(error.what, param_hint="--at") from error
        tenure = who_served(work.ledger, at)
    if as_json:
        print_json(tenure)
    elif tenure is None:
        click.echo(f"nobody served at {moment_text(at)}")
    else:
        grounds = f" ({', '.join(tenure.because)})" if tenure.because else ""
        click.echo(f"{tenure.champion}, model {tenure.model[:12]}, since {moment_text(tenure.since)}")
        click.echo(f"  put in force by {tenure.step}, {tenure.actor}: {tenure.reason}{grounds}")
        if tenure.challenger:
            whom = in_words(map(reach_of, tenure.reaches)) if tenure.reaches else f"{tenure.share:.1%} of the units"
            click.echo(f"  {tenure.challenger}, model {tenure.challenger_model[:12]}, served {whom}")
    return NOBODY if tenure is None else 0
