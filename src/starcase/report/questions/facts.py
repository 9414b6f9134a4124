"""Finders of facts in the records of the stages; each returns the records that show one fact."""

from __future__ import annotations

from collections.abc import Iterable

from starcase.evidence.records import (
    CheckRecord,
    ChoiceRecord,
    ContestRecord,
    LessonRecord,
    MonitorRecord,
    NoteRecord,
    PlanRecord,
    ReadingRecord,
    ReplayRecord,
    ReviewRecord,
    ShadowRecord,
    StepRecord,
    WaiverRecord,
)
from starcase.report.history import find_exposures_since, find_passed_run
from starcase.report.records import Records

SEVERAL = 2


def find_notes(records: Records, role: str) -> tuple[str, ...]:
    """Return notes that state a fact in a person's own words."""
    return tuple(entry.id for entry, note in records.select(NoteRecord) if note.role == role)


def find_nothing(records: Records) -> tuple[str, ...]:
    """Return nothing: no stage records this fact; only a note can."""
    del records
    return ()


def find_options(records: Records) -> tuple[str, ...]:
    """Return contests with at least two eligible candidates."""
    return tuple(
        e.id for e, r in records.select(ContestRecord) if sum(s.role != "baseline" for s in r.standings) >= SEVERAL
    )


def find_criteria(records: Records) -> tuple[str, ...]:
    """Return choices that name criteria, or contests with an objective."""
    return tuple(e.id for e, r in records.select(ChoiceRecord) if r.criteria) or _collect_ids(records, ContestRecord)


def find_choices(records: Records) -> tuple[str, ...]:
    """Choices, and promotions."""
    return (*_collect_ids(records, ChoiceRecord), *_find_steps(records, {"promote"}))


def find_results(records: Records) -> tuple[str, ...]:
    """Results: readings, reviewed harm, replays, attached figures; an offline comparison where nothing was live."""
    readings = tuple(e.id for e, r in records.select(ReadingRecord) if r.difference is not None)
    harm = tuple(e.id for e, r in records.select(ReviewRecord) if r.harm)
    replays = tuple(e.id for e, r in records.select(ReplayRecord) if r.figures)
    shadows = tuple(e.id for e, r in records.select(ShadowRecord) if r.metrics or r.figures)
    notes = tuple(e.id for e, r in records.select(NoteRecord) if r.figures)
    offline = () if records.met_traffic else tuple(e.id for e, r in records.select(ContestRecord) if r.comparisons)[-1:]
    return (*readings, *harm, *replays, *shadows, *notes, *offline)


def find_waivers(records: Records) -> tuple[str, ...]:
    """Return waivers, each with the person responsible."""
    return _collect_ids(records, WaiverRecord)


def find_tripped_guards(records: Records) -> tuple[str, ...]:
    """Guards that tripped."""
    return tuple(e.id for e, r in records.select(MonitorRecord) if r.tripped)


def find_rollbacks(records: Records) -> tuple[str, ...]:
    """Rollbacks."""
    return _find_steps(records, {"rollback"})


def find_harm(records: Records) -> tuple[str, ...]:
    """Reviews that count the harm."""
    return tuple(e.id for e, r in records.select(ReviewRecord) if r.harm)


def find_lesson_gates(records: Records) -> tuple[str, ...]:
    """Lessons that became a gate."""
    return tuple(e.id for e, r in records.select(LessonRecord) if r.gate)


def find_changed_behaviour(records: Records) -> tuple[str, ...]:
    """Return the gate runs before every exposure since the first lesson.

    One model that met people without having passed every gate, and the behaviour has not changed.
    """
    lessons = [e.seq for e, _ in records.select(LessonRecord)]
    exposed = find_exposures_since(records, lessons[0]) if lessons else ()
    runs = [find_passed_run(records, entry, step) for entry, step in exposed]
    return tuple(run.id for run in runs if run is not None) if all(runs) else ()


def find_plans(records: Records) -> tuple[str, ...]:
    """Plans fixed before the first unit."""
    return _collect_ids(records, PlanRecord)


def find_phases(records: Records) -> tuple[str, ...]:
    """Rollouts that grew in at least two steps."""
    steps = _find_steps(records, {"shadow", "canary", "widen", "promote"})
    return steps if len(steps) >= SEVERAL else ()


def find_tests(records: Records) -> tuple[str, ...]:
    """Contests and experiments."""
    return (*_collect_ids(records, ContestRecord), *_collect_ids(records, ReadingRecord))


def find_group_votes(records: Records) -> tuple[str, ...]:
    """Return choices with more than one vote."""
    return tuple(
        e.id for e, r in records.select(ChoiceRecord) if len({v.who for v in (*r.votes, *r.dissent)}) >= SEVERAL
    )


def find_analyses(records: Records) -> tuple[str, ...]:
    """Return data checks and contests, if there is a contest."""
    return (
        (*_collect_ids(records, CheckRecord), *_collect_ids(records, ContestRecord))
        if _collect_ids(records, ContestRecord)
        else ()
    )


def find_dissent(records: Records) -> tuple[str, ...]:
    """Return choices with dissent."""
    return tuple(e.id for e, r in records.select(ChoiceRecord) if r.dissent)


def _collect_ids(records: Records, kind: type) -> tuple[str, ...]:
    return tuple(entry.id for entry in records.entries if isinstance(entry.record, kind))


def _find_steps(records: Records, wanted: Iterable[str]) -> tuple[str, ...]:
    return tuple(e.id for e, r in records.select(StepRecord) if r.step in wanted)
