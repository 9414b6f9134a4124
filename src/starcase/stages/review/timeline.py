"""What happened, in order, from the records alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from starcase.evidence import Entry, Ledger
from starcase.evidence.records import (
    ChoiceRecord,
    ContestRecord,
    GateRecord,
    Moment,
    MonitorRecord,
    Record,
    ShadowRecord,
    StepRecord,
    WaiverRecord,
)
from starcase.stages.review.exposure import Exposure


def timeline(ledger: Ledger, exposure: Exposure) -> tuple[Moment, ...]:
    """Everything the ledger tells of the challenger up to its rollback, each line with its record.

    Lines say what was decided and on what grounds, not by whom: a review looks for conditions, not for people.
    """
    until = exposure.steps[-1].seq
    return tuple(
        Moment(at=entry.at, what=what, evidence=entry.id)
        for entry in ledger.entries()
        if entry.seq <= until
        for what in _told(entry, exposure)
    )


def _told(entry: Entry, exposure: Exposure) -> Iterator[str]:
    tell = _TELLERS.get(type(entry.record))
    said = "" if tell is None else tell(entry.record, exposure)
    if said:
        yield said


def _contest(record: ContestRecord, exposure: Exposure) -> str:
    took_part = exposure.challenger in {standing.candidate for standing in record.standings}
    recommended = f", {record.recommended}" if record.recommended else ""
    return f"contest: {record.verdict}{recommended}" if took_part else ""


def _choice(record: ChoiceRecord, exposure: Exposure) -> str:
    dissent = ", with dissent" if record.dissent else ""
    return f"{record.chosen} was chosen{dissent}: {record.reason}" if record.chosen == exposure.challenger else ""


def _gate(record: GateRecord, exposure: Exposure) -> str:
    if record.model != exposure.model or record.retrospective:
        return ""
    failed = [result.gate for result in record.results if result.outcome != "passed"]
    return f"{record.candidate} did not pass {', '.join(failed)}" if failed else f"{record.candidate} passed every gate"


def _waiver(record: WaiverRecord, exposure: Exposure) -> str:
    return f"the gate {record.gate} was waived: {record.why}" if record.model == exposure.model else ""


def _shadow(record: ShadowRecord, exposure: Exposure) -> str:
    return f"{record.challenger} was compared in shadow" if record.challenger == exposure.challenger else ""


def _monitor(record: MonitorRecord, exposure: Exposure) -> str:
    if record.model != exposure.model:
        return ""
    return f"tripped: {', '.join(record.tripped)}" if record.tripped else "all guards quiet"


def _step(record: StepRecord, exposure: Exposure) -> str:
    mine = record.rollout == exposure.rollout and record.challenger_model == exposure.model
    return f"{record.step}: {record.reason}" if mine else ""


_TELLERS: dict[type[Record], Callable[[Any, Exposure], str]] = {
    ContestRecord: _contest,
    ChoiceRecord: _choice,
    GateRecord: _gate,
    WaiverRecord: _waiver,
    ShadowRecord: _shadow,
    MonitorRecord: _monitor,
    StepRecord: _step,
}
