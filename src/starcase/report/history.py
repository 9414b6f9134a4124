"""What the order of the records shows: what was done in one breath, and what was done after a lesson."""

from __future__ import annotations

from starcase.evidence import Entry
from starcase.evidence.records import GateRecord, StepRecord, WaiverRecord
from starcase.report.records import Records


def find_same_waivers(records: Records, entry: Entry, waiver: WaiverRecord) -> tuple[tuple[Entry, WaiverRecord], ...]:
    """The waivers given in one breath with this one: by the same person, for the same model, reason and time."""
    wanted = (waiver.who, waiver.candidate, waiver.model, waiver.why, waiver.until)
    found = records.select(WaiverRecord)
    same = [(e, w) for e, w in found if (w.who, w.candidate, w.model, w.why, w.until) == wanted]
    return tuple(same) or ((entry, waiver),)


def find_exposures_since(records: Records, seq: int) -> tuple[tuple[Entry, StepRecord], ...]:
    """The first step by which each model met people after a moment of the ledger."""
    first: dict[str, tuple[Entry, StepRecord]] = {}
    for entry, step in records.select(StepRecord):
        if entry.seq > seq and step.step in {"canary", "widen", "promote"}:
            first.setdefault(step.challenger_model, (entry, step))
    return tuple(first.values())


def find_passed_run(records: Records, entry: Entry, step: StepRecord) -> Entry | None:
    """The run of gates, passed in full, that a model had behind it when it met people."""
    runs = [
        (e, r)
        for e, r in records.select(GateRecord)
        if e.seq < entry.seq and r.model == step.challenger_model and r.passed and not r.retrospective
    ]
    return runs[-1][0] if runs else None
