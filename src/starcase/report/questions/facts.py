"""Facts that the stages leave behind: each finder names the records that show one."""

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
from starcase.report.history import exposed_since, passed_before
from starcase.report.records import Records

SEVERAL = 2


def noted(records: Records, role: str) -> tuple[str, ...]:
    """Notes that tell a fact in a person's own words."""
    return tuple(entry.id for entry, note in records.of(NoteRecord) if note.role == role)


def nothing(records: Records) -> tuple[str, ...]:
    """No stage leaves this fact behind; only a person can tell it."""
    del records
    return ()


def several_options(records: Records) -> tuple[str, ...]:
    """Contests with at least two that could be chosen."""
    return tuple(
        e.id for e, r in records.of(ContestRecord) if sum(s.role != "baseline" for s in r.standings) >= SEVERAL
    )


def criterion(records: Records) -> tuple[str, ...]:
    """Choices that name what they were made by, or contests with an objective."""
    return tuple(e.id for e, r in records.of(ChoiceRecord) if r.criteria) or _ids(records, ContestRecord)


def choice(records: Records) -> tuple[str, ...]:
    """Choices, and promotions."""
    return (*_ids(records, ChoiceRecord), *_steps(records, {"promote"}))


def measured(records: Records) -> tuple[str, ...]:
    """Results: readings, reviewed harm, replays, attached figures; an offline comparison where nothing was live."""
    readings = tuple(e.id for e, r in records.of(ReadingRecord) if r.difference is not None)
    harm = tuple(e.id for e, r in records.of(ReviewRecord) if r.harm)
    replays = tuple(e.id for e, r in records.of(ReplayRecord) if r.figures)
    shadows = tuple(e.id for e, r in records.of(ShadowRecord) if r.metrics or r.figures)
    notes = tuple(e.id for e, r in records.of(NoteRecord) if r.figures)
    offline = () if records.met_traffic else tuple(e.id for e, r in records.of(ContestRecord) if r.comparisons)[-1:]
    return (*readings, *harm, *replays, *shadows, *notes, *offline)


def risk_taken(records: Records) -> tuple[str, ...]:
    """Waivers: somebody let a model past a gate, and answers for it."""
    return _ids(records, WaiverRecord)


def noticed(records: Records) -> tuple[str, ...]:
    """Guards that tripped."""
    return tuple(e.id for e, r in records.of(MonitorRecord) if r.tripped)


def repaired(records: Records) -> tuple[str, ...]:
    """Rollbacks."""
    return _steps(records, {"rollback"})


def harmed(records: Records) -> tuple[str, ...]:
    """Reviews that count the harm."""
    return tuple(e.id for e, r in records.of(ReviewRecord) if r.harm)


def check_that_stays(records: Records) -> tuple[str, ...]:
    """Lessons that became a gate."""
    return tuple(e.id for e, r in records.of(LessonRecord) if r.gate)


def changed_since(records: Records) -> tuple[str, ...]:
    """The runs of gates behind every model that has met people since the first lesson: seen, not promised.

    One model that met people without having passed every gate, and the behaviour has not changed.
    """
    lessons = [e.seq for e, _ in records.of(LessonRecord)]
    exposed = exposed_since(records, lessons[0]) if lessons else ()
    runs = [passed_before(records, entry, step) for entry, step in exposed]
    return tuple(run.id for run in runs if run is not None) if all(runs) else ()


def direction(records: Records) -> tuple[str, ...]:
    """Plans fixed before the first unit."""
    return _ids(records, PlanRecord)


def phases(records: Records) -> tuple[str, ...]:
    """Rollouts that grew in at least two steps."""
    steps = _steps(records, {"shadow", "canary", "widen", "promote"})
    return steps if len(steps) >= SEVERAL else ()


def tested(records: Records) -> tuple[str, ...]:
    """Contests and experiments."""
    return (*_ids(records, ContestRecord), *_ids(records, ReadingRecord))


def others_heard(records: Records) -> tuple[str, ...]:
    """Choices on which more than one person voted."""
    return tuple(e.id for e, r in records.of(ChoiceRecord) if len({v.who for v in (*r.votes, *r.dissent)}) >= SEVERAL)


def analysed(records: Records) -> tuple[str, ...]:
    """What was found in the data, and what was compared on them."""
    return (*_ids(records, CheckRecord), *_ids(records, ContestRecord)) if _ids(records, ContestRecord) else ()


def dissent(records: Records) -> tuple[str, ...]:
    """Choices against which somebody spoke."""
    return tuple(e.id for e, r in records.of(ChoiceRecord) if r.dissent)


def _ids(records: Records, kind: type) -> tuple[str, ...]:
    return tuple(entry.id for entry in records.entries if isinstance(entry.record, kind))


def _steps(records: Records, wanted: Iterable[str]) -> tuple[str, ...]:
    return tuple(e.id for e, r in records.of(StepRecord) if r.step in wanted)
