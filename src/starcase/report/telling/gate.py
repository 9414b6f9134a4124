"""Claims of gate runs and waivers."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import GateRecord, GateResult, WaiverRecord
from starcase.report.claim import Claim
from starcase.report.expression import Expression
from starcase.report.history import find_same_waivers
from starcase.report.pieces import (
    Break,
    Name,
    Person,
    Quote,
    Sentence,
    fill,
    format_cell,
    format_count,
    format_moment,
    join_list,
)
from starcase.report.records import Records
from starcase.report.telling.settings import describe_gate_changes, describe_settings

OUTCOMES = {"failed": "not passed", "failed-unknown": "left open"}
HEAD = ("gate", "outcome", "what was seen", "what it asks")
SETTINGS = ("contest.level", "contest.draws", "case.seed", "gates")


def describe_gate(records: Records, entry: Entry, record: GateRecord) -> Iterator[Claim]:
    """Claims on the number of passed gates and each failed one; retrospective runs belong to their review."""
    topic = "review" if record.retrospective else "gate"
    said, brief = _format_counts(entry, record)
    yield Claim(section="action", topic=topic, kind="count", sentence=said, brief=brief, weight=3, actor=entry.actor)
    for place, result in enumerate(record.results):
        if result.outcome != "passed" and not record.retrospective:
            yield _describe_failure(result, f"{entry.id}#results.{place}")
    if not record.retrospective:
        yield from describe_settings(entry, record.settings, SETTINGS, topic=topic, words="The gates were run with {}.")
        yield from describe_gate_changes(records, entry, record.plan)


def _format_counts(entry: Entry, record: GateRecord) -> tuple[Sentence, Sentence]:
    when = "Afterwards, held against the gates once more," if record.retrospective else "Held against its gates,"
    name = Name(record.candidate, f"{entry.id}#candidate", code=True)
    passed, failed, unknown = (
        format_count(
            Expression("count", (f"{entry.id}#results", "outcome", word)),
            sum(r.outcome == word for r in record.results),
            "gates",
        )
        for word in ("passed", "failed", "failed-unknown")
    )
    if unknown.shown:
        said = fill(
            when + " {} passed {} and failed {}; {} could not be judged for want of data.",
            name,
            passed,
            failed,
            unknown,
        )
        return said, fill("{} passed {} of its gates and failed {}.", name, passed, failed)
    if failed.shown:
        return fill(when + " {} passed {} and failed {}.", name, passed, failed), ()
    return fill(when + " {} passed all {}.", name, passed), ()


def _describe_failure(result: GateResult, where: str) -> Claim:
    seen: Sentence
    if result.observed is None:
        seen = fill("{}", Quote(result.why, f"{where}.why"))
    else:
        seen = fill(
            "{}: {}",
            Name(result.observed.name, f"{where}.observed.name"),
            format_cell(result.observed, f"{where}.observed"),
        )
    row = fill(
        "{}{}{}{}{}{}{}",
        Name(result.gate, f"{where}.gate", code=True),
        Break(),
        OUTCOMES.get(result.outcome, "not passed"),
        Break(),
        seen,
        Break(),
        Quote(result.required, f"{where}.required"),
    )
    return Claim(section="action", topic="gate", kind="value", sentence=row, form="row", head=HEAD, weight=3)


def describe_waiver(records: Records, entry: Entry, record: WaiverRecord) -> Iterator[Claim]:
    """Claims on waivers: actor, gates, reason and expiry; waivers given together form one claim."""
    together = find_same_waivers(records, entry, record)
    if together[0][0] is not entry:
        return
    gates = [fill("{}", Name(w.gate, f"{e.id}#gate", code=True)) for e, w in together]
    who, candidate = Person(record.who, f"{entry.id}#who"), Name(record.candidate, f"{entry.id}#candidate", code=True)
    until, why = format_moment(f"{entry.id}#until", record.until), Quote(record.why, f"{entry.id}#why")
    many = len(together) > 1
    words = "{} let {} past the " + ("gates" if many else "gate") + " {} until {} and gave as the reason {}"
    brief: Sentence = ()
    if many:
        number = format_count(Expression("alike", (f"{entry.id}#gate",)), len(together), "waivers")
        brief = fill("{} let {} past {} of its gates on a waiver: {}", who, candidate, number, why)
    yield Claim(
        section="action",
        topic="waiver",
        kind="event",
        sentence=fill(words, who, candidate, join_list(gates), until, why),
        brief=brief,
        weight=4,
        actor=record.who,
    )
