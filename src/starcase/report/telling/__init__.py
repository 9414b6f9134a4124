"""The claims of each record kind; one file a stage."""

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
from starcase.report.telling.analysis import describe_analysis
from starcase.report.telling.case import describe_case
from starcase.report.telling.check import describe_check
from starcase.report.telling.choice import describe_choice
from starcase.report.telling.contest import describe_contest
from starcase.report.telling.cost import describe_cost
from starcase.report.telling.experiment import describe_plan, describe_reading
from starcase.report.telling.gate import describe_gate, describe_waiver
from starcase.report.telling.lesson import describe_lesson
from starcase.report.telling.monitor import describe_monitor
from starcase.report.telling.note import describe_note
from starcase.report.telling.refit import describe_refit, describe_versions
from starcase.report.telling.replay import describe_replay
from starcase.report.telling.review import describe_review
from starcase.report.telling.rollout import describe_step
from starcase.report.telling.shadow import describe_shadow

Teller = Callable[[Records, Entry, Any], Iterable[Claim]]

TELLERS: Mapping[type[Record], Teller] = {
    CaseRecord: describe_case,
    CheckRecord: describe_check,
    AnalysisRecord: describe_analysis,
    ContestRecord: describe_contest,
    CostRecord: describe_cost,
    ChoiceRecord: describe_choice,
    GateRecord: describe_gate,
    WaiverRecord: describe_waiver,
    RefitRecord: describe_refit,
    VersionsRecord: describe_versions,
    StepRecord: describe_step,
    MonitorRecord: describe_monitor,
    ShadowRecord: describe_shadow,
    PlanRecord: describe_plan,
    ReadingRecord: describe_reading,
    ReplayRecord: describe_replay,
    ReviewRecord: describe_review,
    LessonRecord: describe_lesson,
    NoteRecord: describe_note,
}
