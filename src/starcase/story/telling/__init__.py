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
from starcase.story.claim import Claim
from starcase.story.records import Records
from starcase.story.telling.analysis import tell_analysis
from starcase.story.telling.case import tell_case
from starcase.story.telling.check import tell_check
from starcase.story.telling.choice import tell_choice
from starcase.story.telling.contest import tell_contest
from starcase.story.telling.cost import tell_cost
from starcase.story.telling.experiment import tell_plan, tell_reading
from starcase.story.telling.gate import tell_gate, tell_waiver
from starcase.story.telling.lesson import tell_lesson
from starcase.story.telling.monitor import tell_monitor
from starcase.story.telling.note import tell_note
from starcase.story.telling.refit import tell_refit, tell_versions
from starcase.story.telling.replay import tell_replay
from starcase.story.telling.review import tell_review
from starcase.story.telling.rollout import tell_step
from starcase.story.telling.shadow import tell_shadow

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
