"""Looks that say the same, one after the other, as one line of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from starcase.cli.record_lines import line
from starcase.evidence import Entry
from starcase.evidence.records import MonitorRecord, ReadingRecord, ShadowRecord
from starcase.tables.moment import moment_text

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Records of the ledger that stand side by side and say the same."""

    first: Entry
    last: Entry
    looks: int

    def row(self) -> tuple[str, str, str, str]:
        """Names, event time, who, and what the last of them says."""
        says, when = line(self.last.record), moment_text(self.first.at)[:19]
        if self.looks == 1:
            return self.first.id, when, self.first.actor, says
        names, until = f"{self.first.id} to {self.last.id}", moment_text(self.last.at)[:19]
        return names, f"{when}\nto {until}", self.first.actor, f"{self.looks} looks: {says}"


def runs(entries: Sequence[Entry]) -> list[Run]:
    """The entries in order, ``FEWEST`` or more looks of one verdict as one."""
    found: list[Run] = []
    for key, group in groupby(entries, _alike):
        alike = list(group)
        if key is not None and len(alike) >= FEWEST:
            found.append(Run(alike[0], alike[-1], len(alike)))
        else:
            found += lone(alike)
    return found


def lone(entries: Sequence[Entry]) -> list[Run]:
    """Every entry by itself."""
    return [Run(entry, entry, 1) for entry in entries]


def _alike(entry: Entry) -> tuple[object, ...] | None:
    """What two looks must have in common to be told as one; None for what is always told by itself."""
    record = entry.record
    if isinstance(record, ShadowRecord):
        return (record.KIND, entry.actor, record.model, record.version, record.verdict)
    if isinstance(record, ReadingRecord):
        return (record.KIND, entry.actor, record.experiment, record.verdict)
    if isinstance(record, MonitorRecord):
        return (record.KIND, entry.actor, record.model, record.tripped)
    return None
