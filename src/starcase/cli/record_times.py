"""Since when something that stands was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starcase.cli.terminal import say

if TYPE_CHECKING:
    from starcase.app import Workspace
    from starcase.evidence import Entry


def format_recorded_time(entry: Entry) -> str:
    """The moment an entry was written, by the clock of the machine that wrote it."""
    from starcase.tables.moment import format_moment

    return format_moment(entry.recorded)


def count_records(work: Workspace) -> int:
    """How many records the case holds when a command begins; a ledger that is not there is not begun by asking."""
    from starcase.app.workspace import HIDDEN

    return work.ledger.size if (work.root / HIDDEN / "ledger.sqlite").exists() else 0


def report_unchanged(entry: Entry, before: int) -> None:
    """Say since when a record stands that a command was asked for again.

    Args:
        entry: what the command gave.
        before: how many records the ledger held when the command began.
    """
    if entry.seq <= before:
        say(f"{entry.id} stands: recorded {format_recorded_time(entry)}, unchanged since")
