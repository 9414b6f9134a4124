"""When an existing record was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starcase.cli.terminal import say

if TYPE_CHECKING:
    from starcase.app import Workspace
    from starcase.evidence import Entry


def format_recorded_time(entry: Entry) -> str:
    """Format the time at which an entry was written, by the clock of the machine that wrote it."""
    from starcase.tables.moment import format_moment

    return format_moment(entry.recorded)


def count_records(work: Workspace) -> int:
    """Return the number of records in the case; a missing ledger counts as 0 and is not created."""
    from starcase.app.workspace import HIDDEN

    return work.ledger.size if (work.root / HIDDEN / "ledger.sqlite").exists() else 0


def report_unchanged(entry: Entry, before: int) -> None:
    """Say when the record was written, if the command returned an existing one.

    Args:
        entry: the entry that the command returned.
        before: the number of records in the ledger when the command started.
    """
    if entry.seq <= before:
        say(f"{entry.id} is still valid: recorded {format_recorded_time(entry)}, unchanged since")
