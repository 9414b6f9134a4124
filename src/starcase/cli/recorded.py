"""When something that stands was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starcase.evidence import Entry


def recorded_on(entry: Entry) -> str:
    """The moment an entry was written, by the clock of the machine that wrote it."""
    from starcase.case.moment import moment_text

    return moment_text(entry.recorded)
