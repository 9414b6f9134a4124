"""The timeline of a review: what happened, in order, from records only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from starcase.evidence import Entry, Ledger
from starcase.evidence.records import (
    ChoiceRecord,
    ContestRecord,
    GateRecord,
    MonitorRecord,
    Record,
    ShadowRecord,
    StepRecord,
    TimelineEvent,
    WaiverRecord,
)
from starcase.stages.review.exposure import ReviewedExposure


def build_timeline(ledger: Ledger, exposure: ReviewedExposure) -> tuple[TimelineEvent, ...]:
    """Build the timeline of the challenger up to its rollback, each line with its record.

    Lines say what was decided and on what grounds, not by whom: a review looks for conditions, not for people.
    """
    until = exposure.steps[-1].seq
    return tuple(
        TimelineEvent(at=entry.at, what=what, evidence=entry.id)
        for entry in ledger.entries()
        if entry.seq <= until
        for what in _describe_entry(entry, exposure)
    )


def _describe_entry(entry: Entry, exposure: ReviewedExposure) -> Iterator[str]:
    tell = _TELLERS.get(type(entry.record))
    said = "" if tell is None else tell(entry.record, exposure)
    if said:
        yield said


def _describe_contest(record: ContestRecord, exposure: ReviewedExposure) -> str:
    took_part = exposure.challenger in {standing.candidate for standing in record.standings}
    recommended = f", {record.recommended}" if record.recommended else ""
    return f"contest: {record.verdict}{recommended}" if took_part else ""


def _describe_choice(record: ChoiceRecord, exposure: ReviewedExposure) -> str:
    dissent = ", with dissent" if record.dissent else ""
    return f"{record.chosen} was chosen{dissent}: {record.reason}" if record.chosen == exposure.challenger else ""


def _describe_gate(record: GateRecord, exposure: ReviewedExposure) -> str:
    if record.model != exposure.model or record.retrospective:
        return ""
    failed = [result.gate for result in record.results if result.outcome != "passed"]
    return f"{record.candidate} did not pass {', '.join(failed)}" if failed else f"{record.candidate} passed every gate"


def _describe_waiver(record: WaiverRecord, exposure: ReviewedExposure) -> str:
    return f"the gate {record.gate} was waived: {record.why}" if record.model == exposure.model else ""


def _describe_shadow(record: ShadowRecord, exposure: ReviewedExposure) -> str:
    return f"{record.challenger} was compared in shadow" if record.challenger == exposure.challenger else ""


def _describe_monitor(record: MonitorRecord, exposure: ReviewedExposure) -> str:
    if record.model != exposure.model:
        return ""
    return f"tripped: {', '.join(record.tripped)}" if record.tripped else "all guards quiet"


def _describe_step(record: StepRecord, exposure: ReviewedExposure) -> str:
    mine = record.rollout == exposure.rollout and record.challenger_model == exposure.model
    return f"{record.step}: {record.reason}" if mine else ""


_TELLERS: dict[type[Record], Callable[[Any, ReviewedExposure], str]] = {
    ContestRecord: _describe_contest,
    ChoiceRecord: _describe_choice,
    GateRecord: _describe_gate,
    WaiverRecord: _describe_waiver,
    ShadowRecord: _describe_shadow,
    MonitorRecord: _describe_monitor,
    StepRecord: _describe_step,
}
