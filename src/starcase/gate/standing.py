"""How a model stands with its gates, read from the ledger."""

from __future__ import annotations

from starcase.errors import GateNotPassed
from starcase.evidence import Entry, Ledger
from starcase.evidence.records import GatePlanRecord, GateRecord, GateResult, LessonRecord, WaiverRecord

Waivers = dict[str, tuple[Entry, WaiverRecord]]


def run_of(ledger: Ledger, candidate: str, model: str) -> tuple[Entry, GateRecord]:
    """The latest run of gates over a model, retrospective ones aside; raises GateNotPassed where there is none."""
    found = ledger.last(GateRecord, lambda r: not r.retrospective and (r.candidate, r.model) == (candidate, model))
    if found is None:
        raise GateNotPassed(
            f"no gate has been run on {candidate}", where=f"model {model[:12]}", mend="run `starcase gate`"
        )
    return found


def failed(record: GateRecord) -> tuple[GateResult, ...]:
    """What did not pass; read from the results, whatever the record's summary says."""
    return tuple(result for result in record.results if result.outcome != "passed")


def waivers(ledger: Ledger, candidate: str, model: str, now: int) -> Waivers:
    """The waivers in force for a model at ``now``, by gate; of several, the one that lasts longest."""
    standing: Waivers = {}
    for entry, waiver in ledger.of(WaiverRecord):
        theirs = (waiver.candidate, waiver.model) == (candidate, model) and entry.at <= now < waiver.until
        if theirs and (waiver.gate not in standing or waiver.until > standing[waiver.gate][1].until):
            standing[waiver.gate] = (entry, waiver)
    return standing


def plan_of(ledger: Ledger, run: Entry, record: GateRecord) -> Entry:
    """The plan a run was held under, written before it and for the same model; raises GateNotPassed otherwise."""
    plans = {entry.id: (entry, plan) for entry, plan in ledger.of(GatePlanRecord)}
    entry, plan = plans.get(record.plan, (None, None))
    held = [result.gate for result in record.results]
    if (
        entry is None
        or plan is None
        or not held
        or entry.seq > run.seq
        or (plan.candidate, plan.model) != (record.candidate, record.model)
        or [written.gate for written in plan.gates] != held
    ):
        raise GateNotPassed(
            f"{run.id} does not hold what was planned before it",
            where=record.plan,
            mend="run `starcase gate` again",
        )
    return entry


def lessons_missed(ledger: Ledger, plan: Entry) -> tuple[str, ...]:
    """Gates that came into force by a lesson and that a plan does not hold yet."""
    assert isinstance(plan.record, GatePlanRecord)
    origins = {written.gate: written.origin for written in plan.record.gates}
    latest = {lesson.gate: entry.id for entry, lesson in ledger.of(LessonRecord) if lesson.gate}
    return tuple(gate for gate, id_ in latest.items() if origins.get(gate) != id_)
