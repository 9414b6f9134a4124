"""Changes made after a result was seen: settings of the case and conditions of its gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

import msgspec

from starcase.evidence.entry import Entry
from starcase.evidence.ledger import Ledger
from starcase.evidence.records import (
    CaseRecord,
    CheckRecord,
    ChoiceRecord,
    ContestRecord,
    GateDefinition,
    GatePlanRecord,
    GateRecord,
    MonitorRecord,
    ReadingRecord,
    Record,
    ReplayRecord,
    ShadowRecord,
)

RESULTS: tuple[type[Record], ...] = (
    CheckRecord, ContestRecord, ChoiceRecord, GateRecord, ShadowRecord, ReadingRecord, MonitorRecord, ReplayRecord,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GateChange:
    """A gate whose requirement changed between two plans; None where a plan does not contain it.

    ``place`` and ``before_place`` are the positions in the two plans.
    """

    gate: str
    before: GateDefinition | None
    now: GateDefinition | None
    before_place: int = -1
    place: int = -1

    @property
    def parameters(self) -> tuple[tuple[int | None, int | None], ...]:
        """Return the positions, before and now, of each changed parameter; None where a plan lacks it."""
        old = {name: place for place, (name, _) in enumerate(self.before.parameters)} if self.before else {}
        new = {name: place for place, (name, _) in enumerate(self.now.parameters)} if self.now else {}
        if self.before is None or self.now is None or has_bare_hash(self.before):
            return ()
        was, now = dict(self.before.parameters), dict(self.now.parameters)
        names = [name for name in dict.fromkeys([*old, *new]) if was.get(name) != now.get(name)]
        return tuple((old.get(name), new.get(name)) for name in names)


def find_last_result(ledger: Ledger) -> str:
    """The id of the latest record that shows a result; empty where there is none."""
    found = [last[0] for kind in RESULTS if (last := ledger.last(kind)) is not None]
    return max(found, key=lambda entry: entry.seq).id if found else ""


def find_setting_changes(ledger: Ledger, shown: Entry) -> list[tuple[Entry, CaseRecord]]:
    """The case records with settings changed after the first result of the same kind as ``shown``, in order."""
    first = next(iter(ledger.entries(shown.kind)), shown)
    return [(entry, record) for entry, record in ledger.of(CaseRecord) if entry.seq > first.seq and record.changes]


def find_gate_changes(entries: Sequence[Entry], run: Entry) -> tuple[Entry, Entry, tuple[GateChange, ...]] | None:
    """Return the gates of a run whose requirements differ from the previous run.

    Args:
        entries: of the ledger, in order; plans and runs of gates are looked at.
        run: a run of gates.

    Returns:
        The run before, its plan, and the gates that were changed; None where there is no run before or no change.
    """
    runs = [e for e in entries if isinstance(e.record, GateRecord) and not e.record.retrospective and e.seq < run.seq]
    plans = {entry.id: entry for entry in entries if isinstance(entry.record, GatePlanRecord)}
    now = plans.get(cast("GateRecord", run.record).plan)
    before = plans.get(cast("GateRecord", runs[-1].record).plan) if runs else None
    if now is None or before is None:
        return None
    changes = _compare_gate_plans(cast("GatePlanRecord", before.record), cast("GatePlanRecord", now.record))
    return (runs[-1], before, changes) if changes else None


def _compare_gate_plans(before: GatePlanRecord, now: GatePlanRecord) -> tuple[GateChange, ...]:
    old = {written.gate: (place, written) for place, written in enumerate(before.gates)}
    new = {written.gate: (place, written) for place, written in enumerate(now.gates)}
    missing = (-1, None)
    return tuple(
        GateChange(
            gate=gate, before=old.get(gate, missing)[1], now=new.get(gate, missing)[1],
            before_place=old.get(gate, missing)[0], place=new.get(gate, missing)[0],
        )
        for gate in dict.fromkeys([*old, *new])
        if gate not in old or gate not in new or _is_changed(old[gate][1], new[gate][1])
    )  # fmt: skip


def has_bare_hash(written: GateDefinition) -> bool:
    """Return whether a definition was hashed as in version 0.1, over only its name and condition."""
    return written.sha256 == sha256(msgspec.msgpack.encode((written.gate, written.required))).hexdigest()


def _is_changed(before: GateDefinition, now: GateDefinition) -> bool:
    """Return whether two gates differ; by conditions where their hash versions differ."""
    if has_bare_hash(before) != has_bare_hash(now):
        return before.required != now.required
    return before.sha256 != now.sha256
