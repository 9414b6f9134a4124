"""``starcase note``."""

from __future__ import annotations

from pathlib import Path

import click

from starcase.cli.open_case import open_case
from starcase.cli.options import case_option, json_option, who_option

PARTS = ("situation", "task", "action", "result", "reflection")


@click.command(
    epilog="""\b
Examples
  starcase note "Support is called 300 times a day over blocked cards" --part situation
  starcase note "I would ask the fraud desk first next time" --part reflection --who ana
  starcase note "This alarm came from a bank holiday" --about rollout-7
"""
)
@click.argument("text")
@click.option(
    "--part", type=click.Choice(PARTS), default="action", show_default=True, help="The part of the story that shows it."
)
@click.option("--about", default="", metavar="ID", help="The record it is about, such as rollout-7.")
@click.option("--role", default="", metavar="FACT", help="The fact it states, such as 'own view'; see `starcase ask`.")
@case_option
@who_option
@json_option
def command(text: str, part: str, about: str, role: str, case_folder: Path, who: str, as_json: bool) -> None:
    """Add a person's note to the ledger, at the event time the case has reached.

    The same text by the same person about the same record is recorded only once.
    """
    from starcase.app.commands.note import note
    from starcase.cli.terminal import print_json

    if not text.strip():
        raise click.UsageError("the text of the note is empty")
    with open_case(case_folder, who=who) as work:
        entry = note(work, text, part=part, about=about, role=role)
    if as_json:
        print_json(entry)
    else:
        click.echo(f"{entry.id} by {entry.actor}")
