"""What a candidate had to pass, what it did not pass, and who let it past."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import GateRecord, GateResult, WaiverRecord
from starcase.story.claim import Claim
from starcase.story.expression import Expression
from starcase.story.pieces import Name, Person, Quote, count, figure, moment, say
from starcase.story.records import Records


def tell_gate(records: Records, entry: Entry, record: GateRecord) -> Iterator[Claim]:
    """How many gates were passed, and each that was not."""
    del records
    results = f"{entry.id}#results"
    when = "Afterwards, held against the gates once more," if record.retrospective else "Held against its gates,"
    names = [Name(record.candidate, f"{entry.id}#candidate", code=True)]
    passed, failed, unknown = (
        count(Expression("count", (results, "outcome", word)), sum(r.outcome == word for r in record.results), "gates")
        for word in ("passed", "failed", "failed-unknown")
    )
    if unknown.shown:
        words = when + " {} passed {} and failed {}; {} could not be judged for want of data."
        said = say(words, *names, passed, failed, unknown)
    elif failed.shown:
        said = say(when + " {} passed {} and failed {}.", *names, passed, failed)
    else:
        said = say(when + " {} passed all {}.", *names, passed)
    topic = "review" if record.retrospective else "gate"
    yield Claim(section="action", topic=topic, kind="count", sentence=said, weight=3, actor=entry.actor)
    for place, result in enumerate(record.results):
        if result.outcome != "passed":
            yield _not_passed(result, f"{results}.{place}", topic)


def _not_passed(result: GateResult, where: str, topic: str) -> Claim:
    gate = Name(result.gate, f"{where}.gate", code=True)
    required = Quote(result.required, f"{where}.required")
    if result.observed is None:
        said = say("The gate {} was left open, because {}", gate, Quote(result.why, f"{where}.why"))
    else:
        words = "The gate {} failed: {} was {}, and the gate requires {}"
        observed = result.observed
        name = Name(observed.name, f"{where}.observed.name")
        said = say(words, gate, name, figure(observed, f"{where}.observed"), required)
    return Claim(section="action", topic=topic, kind="value", sentence=said, form="item", weight=3)


def tell_waiver(records: Records, entry: Entry, record: WaiverRecord) -> Iterator[Claim]:
    """Who let a candidate past which gate, why, and until when."""
    del records
    said = say(
        "{} let {} past the gate {} until {} and gave as the reason {}",
        Person(record.who, f"{entry.id}#who"),
        Name(record.candidate, f"{entry.id}#candidate", code=True),
        Name(record.gate, f"{entry.id}#gate", code=True),
        moment(f"{entry.id}#until", record.until),
        Quote(record.why, f"{entry.id}#why"),
    )
    yield Claim(section="action", topic="waiver", kind="event", sentence=said, weight=4, actor=record.who)
