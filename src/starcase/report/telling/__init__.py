"""What each kind of record has to say, in claims; one file a stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from starcase.evidence import Entry
from starcase.evidence.records import (
    AnalysisRecord,
    CaseRecord,
    CheckRecord,
    ChoiceRecord,
    ContestRecord,
    CostRecord,
    GateRecord,
    LessonRecord,
    MonitorRecord,
    NoteRecord,
    PlanRecord,
    ReadingRecord,
    Record,
    RefitRecord,
    ReplayRecord,
    ReviewRecord,
    ShadowRecord,
    StepRecord,
    VersionsRecord,
    WaiverRecord,
)
from starcase.report.claim import Claim
from starcase.report.records import Records
from starcase.report.telling.analysis import tell_analysis
from starcase.report.telling.case import tell_case
from starcase.report.telling.check import tell_check
from starcase.report.telling.choice import tell_choice
from starcase.report.telling.contest import tell_contest
from starcase.report.telling.cost import tell_cost
from starcase.report.telling.experiment import tell_plan, tell_reading
from starcase.report.telling.gate import tell_gate, tell_waiver
from starcase.report.telling.lesson import tell_lesson
from starcase.report.telling.monitor import tell_monitor
from starcase.report.telling.note import tell_note
from starcase.report.telling.refit import tell_refit, tell_versions
from starcase.report.telling.replay import tell_replay
from starcase.report.telling.review import tell_review
from starcase.report.telling.rollout import tell_step
from starcase.report.telling.shadow import tell_shadow

Teller = Callable[[Records, Entry, Any], Iterable[Claim]]

TELLERS: Mapping[type[Record], Teller] = {
    CaseRecord: tell_case,
    CheckRecord: tell_check,
    AnalysisRecord: tell_analysis,
    ContestRecord: tell_contest,
    CostRecord: tell_cost,
    ChoiceRecord: tell_choice,
    GateRecord: tell_gate,
    WaiverRecord: tell_waiver,
    RefitRecord: tell_refit,
    VersionsRecord: tell_versions,
    StepRecord: tell_step,
    MonitorRecord: tell_monitor,
    ShadowRecord: tell_shadow,
    PlanRecord: tell_plan,
    ReadingRecord: tell_reading,
    ReplayRecord: tell_replay,
    ReviewRecord: tell_review,
    LessonRecord: tell_lesson,
    NoteRecord: tell_note,
}
