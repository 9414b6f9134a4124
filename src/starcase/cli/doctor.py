"""``starcase doctor``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from starcase.cli.options import case_option, json_option
from starcase.cli.terminal import print_json, print_table


@click.command(
    epilog="""\b
Examples
  starcase doctor
  starcase doctor --case mycase
"""
)
@case_option
@json_option
def command(case_folder: Path, as_json: bool) -> int:
    """Check this machine and a case, and report problems.

    Exit code 1 if something is broken.
    """
    from starcase.app.queries.health import check_health

    checks = check_health(case_folder)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        print_table("", ("", "what", "found", "mend"), [(k.state, k.what, k.found, k.mend) for k in checks])
    return 1 if any(check.state == "broken" for check in checks) else 0
