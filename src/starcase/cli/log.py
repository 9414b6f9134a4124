"""``starcase log``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starcase.cli.open_case import open_recorded_case
from starcase.cli.options import case_option, json_option
from starcase.cli.terminal import print_json, print_table, show_activity
from starcase.evidence.number_format import format_count

if TYPE_CHECKING:
    from starcase.app import Workspace
    from starcase.app.queries.record_references import ReferencedArtefact
    from starcase.evidence import Ledger

BROKEN = 6


@click.command(
    epilog="""\b
Examples
  starcase log                        every record; consecutive looks with one verdict are one line
  starcase log --all                  every record on a separate line
  starcase log --kind rollout         the steps of all rollouts
  starcase log contest-1              one record in full
  starcase log --verify               verify the chain and what it refers to; exit code 6 on a mismatch
"""
)
@click.argument("record", required=False)
@click.option("--kind", default=None, metavar="KIND", help="Only records of this kind, such as gate or rollout.")
@click.option(
    "--verify", is_flag=True, help="Verify the chain, and the tables, models, data and log that it refers to."
)
@click.option("--all", "each", is_flag=True, help="Print each look on a separate line.")
@case_option
@json_option
def command(record: str | None, kind: str | None, verify: bool, each: bool, case_folder: Path, as_json: bool) -> int:
    """Print the ledger of a case, or verify it.

    Verification reads the whole chain and names every record that was changed, removed, inserted or moved. It then
    reads back everything that records refer to by hash: contest tables, models, the data, and the decision log as it
    was when a replay ended. Each mismatch is named, and each item that cannot be checked is listed with the reason.
    """
    with open_recorded_case(case_folder, served=True) as work:
        if verify:
            return _verify(work, as_json=as_json)
        if record is not None:
            print_json(work.ledger.entry(record))
        else:
            _list(work.ledger, kind, each=each, as_json=as_json)
    return 0


def _list(ledger: Ledger, kind: str | None, *, each: bool, as_json: bool) -> None:
    from starcase.cli.look_groups import group_looks, wrap_entries
    from starcase.evidence.records import KINDS

    if kind is not None and kind not in KINDS:
        raise click.UsageError(f"there is no kind of record {kind!r}; there are {', '.join(sorted(KINDS))}")
    entries = list(ledger.entries(kind))
    if as_json:
        print_json(entries)
        return
    told = wrap_entries(entries) if each else group_looks(entries)
    print_table(
        f"{ledger.case}: {len(entries)} records",
        ("record", "event time, UTC", "by", "summary"),
        [run.row() for run in told],
    )
    if len(told) < len(entries):
        click.echo("to print each look on a separate line, use --all")


def _verify(work: Workspace, *, as_json: bool) -> int:
    from starcase.app.queries.record_references import read_back

    verification = work.ledger.verify()
    named: tuple[ReferencedArtefact, ...] = ()
    if verification.intact:
        with show_activity("reading back what the records refer to"):
            named = read_back(work)
    amiss = [one for one in named if one.state != "intact"]
    if as_json:
        print_json(
            {
                "intact": verification.intact,
                "records": verification.records,
                "head": verification.head,
                "faults": verification.faults,
                "named": named,
            }
        )
    elif verification.intact:
        click.echo(f"intact: {verification.records} records, head {verification.head}")
        _print_named(named, amiss)
    else:
        click.echo(f"broken: {len(verification.faults)} of {verification.records} records are not as they were written")
        for fault in verification.faults:
            click.echo(f"  {fault}")
        click.echo("tables, models, data and log were not read back")
    return 0 if verification.intact and not any(one.is_fault for one in named) else BROKEN


def _print_named(named: Sequence[ReferencedArtefact], amiss: Sequence[ReferencedArtefact]) -> None:
    intact = Counter(one.what for one in named if one.state == "intact")
    told = {
        "table": format_count(intact["table"], "table"),
        "model": format_count(intact["model"], "model"),
        "decision log": f"the decision log after {format_count(intact['decision log'], 'replay')}",
        "data": "the data",
    }
    if intact:
        click.echo(f"read back and unchanged: {', '.join(words for what, words in told.items() if what in intact)}")
    for one in amiss:
        click.echo(f"  {one}")
