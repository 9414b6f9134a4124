"""Record a person's note in the ledger."""

from __future__ import annotations

from hashlib import sha256

from starcase.app.commands.case_wording import record_case
from starcase.app.replay_progress import find_present_time
from starcase.app.workspace import Workspace
from starcase.evidence import Entry
from starcase.evidence.records import NoteRecord


def note(work: Workspace, text: str, *, part: str = "action", about: str = "", role: str = "") -> Entry:
    """Record a note at the event time the case has reached; the same text by the same person is recorded once.

    Args:
        work: the opened case.
        text: the words.
        part: the part of the story they belong to.
        about: id of the record they are about.
        role: the fact they tell.

    Raises:
        LedgerError: there is no record ``about``.
    """
    record_case(work, at=find_present_time(work))
    if about:
        work.ledger.entry(about)
    record = NoteRecord(text=text, part=part, about=about, role=role)
    key = sha256(repr((record, work.actor)).encode()).hexdigest()[:16]
    return work.ledger.append(record, key=key, at=find_present_time(work))
