"""Consecutive looks with the same verdict, grouped into one line of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from starcase.cli.record_lines import describe_record
from starcase.evidence import Entry
from starcase.evidence.records import MonitorRecord, ReadingRecord, ShadowRecord
from starcase.tables.moment import format_moment

FEWEST = 3


@dataclass(frozen=True, slots=True)
class LookGroup:
    """Consecutive ledger records with the same verdict."""

    first: Entry
    last: Entry
    looks: int

    def row(self) -> tuple[str, str, str, str]:
        """Return the ids, the event times, the actor and the summary of the last record."""
        says, when = describe_record(self.last.record), format_moment(self.first.at)[:19]
        if self.looks == 1:
            return self.first.id, when, self.first.actor, says
        names, until = f"{self.first.id} to {self.last.id}", format_moment(self.last.at)[:19]
        return names, f"{when}\nto {until}", self.first.actor, f"{self.looks} looks: {says}"


def group_looks(entries: Sequence[Entry]) -> list[LookGroup]:
    """Return the entries in order; ``FEWEST`` or more consecutive looks with one verdict form one group."""
    found: list[LookGroup] = []
    for key, group in groupby(entries, _build_group_key):
        alike = list(group)
        if key is not None and len(alike) >= FEWEST:
            found.append(LookGroup(alike[0], alike[-1], len(alike)))
        else:
            found += wrap_entries(alike)
    return found


def wrap_entries(entries: Sequence[Entry]) -> list[LookGroup]:
    """Return one group for each entry."""
    return [LookGroup(entry, entry, 1) for entry in entries]


def _build_group_key(entry: Entry) -> tuple[object, ...] | None:
    """Return the key that looks of one group share; None if the record is never grouped."""
    record = entry.record
    if isinstance(record, ShadowRecord):
        return (record.KIND, entry.actor, record.model, record.version, record.verdict)
    if isinstance(record, ReadingRecord):
        return (record.KIND, entry.actor, record.experiment, record.verdict)
    if isinstance(record, MonitorRecord):
        return (record.KIND, entry.actor, record.model, record.tripped)
    return None
