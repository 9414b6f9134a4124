"""``starcase choose``."""

from __future__ import annotations

from pathlib import Path

import click

from starcase.cli.options import case_option, json_option, who_option


@click.command(
    epilog="""\b
Examples
  starcase choose --case mycase
  starcase choose --case mycase --vote "Mara: logistic_regression: nothing is shown better" \\
      --vote "Jonas: lightgbm: the best estimate" --criterion average_precision --criterion "p99 latency"
"""
)
@case_option
@who_option
@json_option
@click.option("--vote", "votes", multiple=True, metavar="WHO: CANDIDATE: REASON", help="One person's vote.")
@click.option("--criterion", "criteria", multiple=True, metavar="NAME", help="A metric or cost that was looked at.")
def command(case_folder: Path, who: str, as_json: bool, votes: tuple[str, ...], criteria: tuple[str, ...]) -> None:
    """Choose a candidate of the last contest, and keep every vote, dissent included.

    Without votes the contest's recommendation is taken. A choice exposes nobody: gates still stand in the way.
    """
    from starcase.cli.show import print_json, print_table, say
    from starcase.workspace import Workspace
    from starcase.workspace.choose import choose

    said = [_vote(text) for text in votes]
    with Workspace.open(case_folder, actor=who) as work:
        entry, record = choose(work, said, criteria)
    if as_json:
        print_json(entry)
        return
    if record.votes:
        print_table("", ("who", "votes for", "because"), [(v.who, v.candidate, v.reason) for v in record.votes])
    dissent = f", against {', '.join(vote.who for vote in record.dissent)}" if record.dissent else ""
    say(f"{record.chosen} is chosen{dissent}; recorded as {entry.id}")


def _vote(text: str) -> tuple[str, str, str]:
    who, _, rest = text.partition(":")
    candidate, _, reason = rest.partition(":")
    parts = who.strip(), candidate.strip(), reason.strip()
    if not all(parts):
        raise click.BadParameter(f"{text!r} is not WHO: CANDIDATE: REASON", param_hint="--vote")
    return parts
