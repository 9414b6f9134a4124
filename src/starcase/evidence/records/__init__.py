"""The kinds of record a ledger can hold; one file a stage."""

from __future__ import annotations

from starcase.evidence.records.analysis import AnalysisRecord, Question
from starcase.evidence.records.base import Record
from starcase.evidence.records.case import CaseRecord
from starcase.evidence.records.check import CheckRecord, ColumnPrint, Finding, Fingerprint
from starcase.evidence.records.contest import (
    CandidateCost,
    ChoiceRecord,
    ClaimAnswer,
    ComparisonFigure,
    ContestRecord,
    CostRecord,
    FoldLead,
    FoldSpan,
    FrontPlace,
    Standing,
    TuningGain,
    Vote,
)
from starcase.evidence.records.experiment import (
    ArmFigure,
    CohortReading,
    MetricReading,
    PlannedSegment,
    PlanRecord,
    ReadingRecord,
    SegmentReading,
)
from starcase.evidence.records.gate import (
    GateDefinition,
    GateOutcome,
    GatePlanRecord,
    GateRecord,
    GateResult,
    WaiverRecord,
)
from starcase.evidence.records.growth import CandidateGrowth, Growth, GrowthPoint, GrowthSize
from starcase.evidence.records.monitor import GuardReading, MonitorRecord
from starcase.evidence.records.note import NoteRecord, StoryRecord
from starcase.evidence.records.refit import RefitRecord, VersionsRecord
from starcase.evidence.records.replay import LogMark, ReplayPlanRecord, ReplayRecord
from starcase.evidence.records.review import Cause, LessonRecord, Prevention, ReviewRecord, TimelineEvent
from starcase.evidence.records.rollout import CohortRecord, ReachRecord, StepKind, StepRecord
from starcase.evidence.records.setting import Setting, SettingChange
from starcase.evidence.records.shadow import ShadowRecord

KINDS: dict[str, type[Record]] = {
    record.KIND: record
    for record in (
        CaseRecord,
        CheckRecord,
        AnalysisRecord,
        ContestRecord,
        CostRecord,
        ChoiceRecord,
        GatePlanRecord,
        GateRecord,
        WaiverRecord,
        RefitRecord,
        VersionsRecord,
        ShadowRecord,
        PlanRecord,
        ReadingRecord,
        MonitorRecord,
        StepRecord,
        ReviewRecord,
        LessonRecord,
        ReplayPlanRecord,
        ReplayRecord,
        NoteRecord,
        StoryRecord,
    )
}

__all__ = [
    "KINDS",
    "AnalysisRecord",
    "ArmFigure",
    "CandidateCost",
    "CandidateGrowth",
    "CaseRecord",
    "Cause",
    "CheckRecord",
    "ChoiceRecord",
    "ClaimAnswer",
    "CohortReading",
    "CohortRecord",
    "ColumnPrint",
    "ComparisonFigure",
    "ContestRecord",
    "CostRecord",
    "Finding",
    "Fingerprint",
    "FoldLead",
    "FoldSpan",
    "FrontPlace",
    "GateDefinition",
    "GateOutcome",
    "GatePlanRecord",
    "GateRecord",
    "GateResult",
    "Growth",
    "GrowthPoint",
    "GrowthSize",
    "GuardReading",
    "LessonRecord",
    "LogMark",
    "MetricReading",
    "MonitorRecord",
    "NoteRecord",
    "PlanRecord",
    "PlannedSegment",
    "Prevention",
    "Question",
    "ReachRecord",
    "ReadingRecord",
    "Record",
    "RefitRecord",
    "ReplayPlanRecord",
    "ReplayRecord",
    "ReviewRecord",
    "SegmentReading",
    "Setting",
    "SettingChange",
    "ShadowRecord",
    "Standing",
    "StepKind",
    "StepRecord",
    "StoryRecord",
    "TimelineEvent",
    "TuningGain",
    "VersionsRecord",
    "Vote",
    "WaiverRecord",
]
