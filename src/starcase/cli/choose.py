"""``starcase choose``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.case_changes import describe_changes
from starcase.cli.open_case import open_case
from starcase.cli.options import case_option, json_option, who_option

if TYPE_CHECKING:
    from starcase.evidence.records import ChoiceRecord, ContestRecord


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
@click.option(
    "--criterion", "criteria", multiple=True, metavar="NAME", help="A metric or cost that the choice considers."
)
def command(case_folder: Path, who: str, as_json: bool, votes: tuple[str, ...], criteria: tuple[str, ...]) -> None:
    """Choose a candidate of the last contest by vote, and record every vote, dissent included.

    Without votes, the contest's recommendation is chosen. A choice exposes no unit to the candidate: it must still pass
    its gates.
    """
    from starcase.app.commands.choose import choose
    from starcase.cli.record_times import count_records, report_unchanged
    from starcase.cli.terminal import print_json, print_table, say
    from starcase.evidence.records import ContestRecord

    said = [_parse_vote(text) for text in votes]
    with open_case(case_folder, who=who) as work:
        before = count_records(work)
        entry, record = choose(work, said, criteria)
        last = work.ledger.last(ContestRecord, lambda one: one.contest == record.contest)
        changed = describe_changes(work, entry)
    if as_json:
        print_json(entry)
        return
    if record.votes:
        print_table("", ("who", "votes for", "because"), [(v.who, v.candidate, v.reason) for v in record.votes])
    dissent = f", against {', '.join(vote.who for vote in record.dissent)}" if record.dissent else ""
    for line in [*describe_no_winner(last[1] if last else None, record), *changed]:
        say(line)
    say(f"{record.chosen} is chosen{dissent}; recorded as {entry.id}")
    report_unchanged(entry, before)


def describe_no_winner(contest: ContestRecord | None, choice: ChoiceRecord) -> list[str]:
    """Say that the contest had no winner, and why; return no lines if it had one."""
    if contest is None or contest.verdict != "no winner":
        return []
    stays = f", {choice.chosen} stays" if choice.chosen == contest.recommended else ""
    return [f"the contest had no winner{stays}", f"because: {contest.reason}"]


def _parse_vote(text: str) -> tuple[str, str, str]:
    who, _, rest = text.partition(":")
    candidate, _, reason = rest.partition(":")
    parts = who.strip(), candidate.strip(), reason.strip()
    if not all(parts):
        raise click.BadParameter(f"{text!r} is not WHO: CANDIDATE: REASON", param_hint="--vote")
    return parts
