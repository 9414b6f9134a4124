"""One-line summaries of records, for the log."""

from __future__ import annotations

from starcase.decide import decode_reaches, describe_reaches
from starcase.evidence.records import (
    AnalysisRecord,
    CaseRecord,
    CheckRecord,
    ChoiceRecord,
    ContestRecord,
    CostRecord,
    GatePlanRecord,
    GateRecord,
    LessonRecord,
    MonitorRecord,
    NoteRecord,
    PlanRecord,
    ReadingRecord,
    Record,
    RefitRecord,
    ReplayPlanRecord,
    ReplayRecord,
    ReviewRecord,
    ShadowRecord,
    StepRecord,
    StoryRecord,
    VersionsRecord,
    WaiverRecord,
)
from starcase.evidence.verdicts import format_verdict
from starcase.tables.moment import format_moment


def describe_record(record: Record) -> str:
    """Summarise a record in one line.

    >>> describe_record(NoteRecord(text="blocked too many"))
    'blocked too many'
    """
    words = {
        CaseRecord: _describe_case,
        CheckRecord: _describe_check,
        ContestRecord: _describe_contest,
        CostRecord: lambda r: f"costs of {len(r.costs)} candidates on {r.machine}",
        ChoiceRecord: lambda r: (
            f"{r.chosen} chosen, {len(r.votes)} votes, {len(r.dissent)} of them dissent: {r.reason}"
        ),
        GatePlanRecord: lambda r: f"{r.candidate} will be tested by the gates {', '.join(g.gate for g in r.gates)}",
        GateRecord: _describe_gate,
        WaiverRecord: lambda r: f"{r.who} waives {r.gate} for {r.candidate}: {r.why}",
        ShadowRecord: lambda r: f"{r.challenger} in shadow of {r.champion}: {r.pairs} pairs, {r.missed} missed",
        PlanRecord: lambda r: f"{r.challenger} against {r.champion} on {r.objective}, planned before the start",
        ReadingRecord: lambda r: f"{format_verdict(r.verdict)}: {r.why}",
        MonitorRecord: lambda r: f"tripped: {', '.join(r.tripped)}" if r.tripped else "no guard tripped",
        StepRecord: _describe_step,
        ReviewRecord: lambda r: r.summary,
        LessonRecord: lambda r: f"{r.lesson} -> {r.gate or f'no gate: {r.reason}'}",
        RefitRecord: _describe_refit,
        VersionsRecord: _describe_versions,
        ReplayPlanRecord: _describe_replay_plan,
        AnalysisRecord: lambda r: f"{r.log}: {len(r.questions)} questions about {r.outcome}",
        ReplayRecord: lambda r: f"{r.decisions} decisions, {r.outcomes} outcomes replayed",
        NoteRecord: lambda r: r.text,
        StoryRecord: lambda r: f"{r.claims} claims as {r.format} in {r.path}",
    }
    return str(words[type(record)](record))  # type: ignore[operator]


def describe_exposure(record: StepRecord) -> str:
    """Describe the units that the challenger serves after the step; empty if none."""
    if not record.share:
        return ""
    return describe_reaches(decode_reaches(record)) if record.reaches else f"{record.share:.0%}"


def _describe_case(record: CaseRecord) -> str:
    said = f"case {record.name} of system {record.system}, Starcase {record.starcase_version}"
    if not record.changes:
        return said
    after = f" after {record.after}" if record.after else ""
    return f"{said}; changed{after}: {', '.join(change.key for change in record.changes)}"


def _describe_refit(record: RefitRecord) -> str:
    return (
        f"{record.candidate} fitted on everything known at {format_moment(record.until)}: {record.outcomes:,} "
        f"outcomes, {record.measured_outcomes:,} in the measured fit"
    )


def _describe_versions(record: VersionsRecord) -> str:
    if record.equal is None:
        python = dict(record.versions).get("python", "?")
        return f"{record.candidate} fitted with Python {python}, Starcase {dict(record.versions).get('starcase', '?')}"
    answers = "gives the same answers" if record.equal else "gives different answers"
    return f"{record.candidate} {answers} under {', '.join(record.changed)}"


def _describe_check(record: CheckRecord) -> str:
    found = len(record.findings)
    return f"{record.fingerprint.path}: {record.fingerprint.rows} rows, {found} finding{'' if found == 1 else 's'}"


def _describe_contest(record: ContestRecord) -> str:
    return f"{record.verdict}: {record.recommended} on {record.objective}; {record.reason}"


def _describe_gate(record: GateRecord) -> str:
    open_ = [result.gate for result in record.results if result.outcome != "passed"]
    after = " (afterwards)" if record.retrospective else ""
    return f"{record.candidate}{after} " + (f"did not pass {', '.join(open_)}" if open_ else "passed every gate")


def _describe_replay_plan(record: ReplayPlanRecord) -> str:
    how = f"exposed to {record.share:.0%} at once" if record.share else "starting in shadow"
    trying = f", {record.challenger} {how}" if record.challenger else ""
    return f"{format_moment(record.since)} to {format_moment(record.until)} will be replayed{trying}"


def _describe_step(record: StepRecord) -> str:
    who = (
        f"{record.challenger} at {describe_exposure(record)}" if record.share else record.challenger or record.champion
    )
    return f"{record.step} {who}: {record.reason}"
