"""The post-mortem: what it cost, why it happened, what would have stopped it, what was learned."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import LessonRecord, Prevention, ReviewRecord
from starcase.story.claim import Claim
from starcase.story.pieces import Name, Person, Quote, Sentence, figure, listed, say
from starcase.story.records import Records


def tell_review(records: Records, entry: Entry, record: ReviewRecord) -> Iterator[Claim]:
    """Harm into the result, causes and preventions into the reflection."""
    del records
    at = entry.id
    candidate = Name(record.candidate, f"{at}#candidate", code=True)
    for place, shown in enumerate(record.harm):
        where = f"{at}#harm.{place}"
        said = say("What {} did, {}: {}.", candidate, Name(shown.name, f"{where}.name"), figure(shown, where))
        yield Claim(section="result", topic="harm", kind="value", sentence=said, weight=3, form="item")
    for place, cause in enumerate(record.causes):
        where = f"{at}#causes.{place}"
        figures = [
            say("{} {}", Name(f.name, f"{where}.figures.{i}.name"), figure(f, f"{where}.figures.{i}"))
            for i, f in enumerate(cause.figures)
        ]
        what = Quote(cause.what, f"{where}.what")
        said = (
            say("Behind it stood {}, with {}.", what, listed(figures)) if figures else say("Behind it stood {}", what)
        )
        yield Claim(section="reflection", topic="review", kind="value", sentence=said, form="item")
    for place, prevention in enumerate(record.preventions):
        said = _prevented(prevention, f"{at}#preventions.{place}")
        weight = 3 if prevention.stopped else 2
        yield Claim(section="reflection", topic="review", kind="value", sentence=said, form="item", weight=weight)
    if record.summary:
        said = say("The review sums up: {}", Quote(record.summary, f"{at}#summary"))
        yield Claim(section="reflection", topic="review", kind="quote", sentence=said)


def _prevented(prevention: Prevention, where: str) -> Sentence:
    gate = Name(prevention.gate, f"{where}.gate", code=True)
    if not prevention.stopped:
        return say("The gate {} would not have stopped it.", gate)
    passed_by = " and had been waived" if prevention.waived else ""
    if not prevention.saved:
        return say("The gate {} would have stopped it" + passed_by + ".", gate)
    saved = [
        say("{} {}", Name(f.name, f"{where}.saved.{i}.name"), figure(f, f"{where}.saved.{i}"))
        for i, f in enumerate(prevention.saved)
    ]
    return say("The gate {} would have stopped it" + passed_by + ", and would have saved {}.", gate, listed(saved))


def tell_lesson(records: Records, entry: Entry, record: LessonRecord) -> Iterator[Claim]:
    """What was learned, by whom, and the gate that holds from then on, or why there is none."""
    del records
    at = entry.id
    who, lesson = Person(record.who, f"{at}#who"), Quote(record.lesson, f"{at}#lesson")
    if record.gate:
        gate = Name(record.gate, f"{at}#gate", code=True)
        said = say("From then on the gate {} holds; {} put the lesson thus: {}", gate, who, lesson)
    else:
        reason = Quote(record.reason, f"{at}#reason")
        said = say("{} drew the lesson {} Why it became no gate: {}", who, lesson, reason)
    yield Claim(section="reflection", topic="lesson", kind="event", sentence=said, weight=3, actor=record.who)
