"""The type of one entry of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.evidence.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record with its position in the chain.

    Args:
        seq: position in the ledger, from 1.
        id: ``"<kind>-<n-th of its kind>"``; the same for the same case and seed.
        case: name of the case.
        kind: the record's kind.
        version: version of the kind's schema when it was written.
        at: event time, microseconds UTC.
        actor: who or what wrote it.
        key: makes appending idempotent; empty where not asked for.
        recorded: when it reached the disk, wall-clock microseconds UTC; not part of the reproducible digest.
        record: the record itself.
        previous: hash of the entry before.
        hash: hash of this entry.
    """

    seq: int
    id: str
    case: str
    kind: str
    version: int
    at: int
    actor: str
    key: str
    recorded: int
    record: Record
    previous: str
    hash: str
