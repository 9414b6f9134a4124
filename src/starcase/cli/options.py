"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path

import click

case_option = click.option(
    "--case",
    "case_folder",
    type=click.Path(path_type=Path),
    default=Path(),
    envvar="STARCASE_CASE",
    show_default="the folder you are in, or $STARCASE_CASE",
    metavar="DIR",
    help="The folder of the case.",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for programs instead of text for people."
)

who_option = click.option(
    "--who",
    default="",
    envvar="STARCASE_WHO",
    show_default="your login name, or $STARCASE_WHO",
    metavar="NAME",
    help="Your name, as recorded in the ledger.",
)
