"""Claims of a lesson: author, gate in force, or the reason for none."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import LessonRecord
from starcase.report.claim import Claim
from starcase.report.expression import Expression
from starcase.report.history import find_exposures_since, find_passed_run
from starcase.report.pieces import Name, Person, Quote, fill, format_count
from starcase.report.records import Records


def describe_lesson(records: Records, entry: Entry, record: LessonRecord) -> Iterator[Claim]:
    """Claims that quote the lesson, and after the first one the exposures since."""
    at = entry.id
    who, lesson = Person(record.who, f"{at}#who"), Quote(record.lesson, f"{at}#lesson")
    if record.gate:
        gate = Name(record.gate, f"{at}#gate", code=True)
        said = fill("{} learned: {} From then on the gate {} holds.", who, lesson, gate)
    else:
        reason = Quote(record.reason, f"{at}#reason")
        said = fill("{} learned: {} It became no gate, because {}", who, lesson, reason)
    yield Claim(section="reflection", topic="lesson", kind="event", sentence=said, weight=3, actor=record.who)
    if records.select(LessonRecord)[0][0] is entry:
        yield from _describe_exposures(records, entry)


def _describe_exposures(records: Records, entry: Entry) -> Iterator[Claim]:
    """Claims on whether the lesson is followed: later exposures and the gates passed before each."""
    at = f"{entry.id}#lesson"
    exposed = find_exposures_since(records, entry.seq)
    if not exposed:
        return
    kept = sum(find_passed_run(records, e, s) is not None for e, s in exposed)
    many, passed = (
        format_count(Expression(operation, (at,)), shown, "models")
        for operation, shown in (("exposed", len(exposed)), ("cleared", kept))
    )
    word, verb = ("model", "has") if len(exposed) == 1 else ("models", "have")
    if len(exposed) == kept == 1:
        said = fill("Since then {} model has met people, and it had passed every gate before.", many)
    else:
        words = f"Since then {{}} {word} {verb} met people; {{}} had passed every gate before."
        said = fill(words, many, passed)
    yield Claim(section="reflection", topic="lesson", kind="count", sentence=said, weight=4)
