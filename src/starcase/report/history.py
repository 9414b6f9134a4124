"""Relations between records in time: waivers given together, and exposures after a lesson."""

from __future__ import annotations

from starcase.evidence import Entry
from starcase.evidence.records import GateRecord, StepRecord, WaiverRecord
from starcase.report.records import Records


def find_same_waivers(records: Records, entry: Entry, waiver: WaiverRecord) -> tuple[tuple[Entry, WaiverRecord], ...]:
    """Return the waivers given together with this one: same person, model, reason and expiry."""
    wanted = (waiver.who, waiver.candidate, waiver.model, waiver.why, waiver.until)
    found = records.select(WaiverRecord)
    same = [(e, w) for e, w in found if (w.who, w.candidate, w.model, w.why, w.until) == wanted]
    return tuple(same) or ((entry, waiver),)


def find_exposures_since(records: Records, seq: int) -> tuple[tuple[Entry, StepRecord], ...]:
    """Return the first step that exposed each model after a position in the ledger."""
    first: dict[str, tuple[Entry, StepRecord]] = {}
    for entry, step in records.select(StepRecord):
        if entry.seq > seq and step.step in {"canary", "widen", "promote"}:
            first.setdefault(step.challenger_model, (entry, step))
    return tuple(first.values())


def find_passed_run(records: Records, entry: Entry, step: StepRecord) -> Entry | None:
    """Return the fully passed gate run of a model before its exposure."""
    runs = [
        (e, r)
        for e, r in records.select(GateRecord)
        if e.seq < entry.seq and r.model == step.challenger_model and r.passed and not r.retrospective
    ]
    return runs[-1][0] if runs else None
