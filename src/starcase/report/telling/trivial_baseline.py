"""A trivial answer that is shown better than what runs today: said plainly, whatever the verdict is."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord
from starcase.report.claim import Claim
from starcase.report.claim_rules import licensed, test_at
from starcase.report.pieces import Name, Verb, say
from starcase.report.records import Records


def tell_outdone(records: Records, entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """A sentence for each trivial baseline that the contest has shown better than the incumbent."""
    roles = {standing.candidate: standing.role for standing in record.standings}
    for place, pair in enumerate(record.comparisons):
        both = roles.get(pair.candidate), roles.get(pair.against)
        if pair.metric != record.objective or set(both) != {"baseline", "incumbent"}:
            continue
        where = f"{entry.id}#comparisons.{place}"
        test, trivial_first = test_at(records, where), both[0] == "baseline"
        word = "better" if trivial_first else "worse"
        if test is None or not licensed(word, test):
            continue
        one = Name(pair.candidate, f"{where}.candidate", code=True)
        other = Name(pair.against, f"{where}.against", code=True)
        words = (
            "{}, a trivial answer, is shown {} than {}, which runs today."
            if trivial_first
            else "{}, which runs today, is shown {} than {}, a trivial answer."
        )
        said = say(words, one, Verb(word, where), other)
        yield Claim(section="action", topic="contest", kind="comparison", sentence=said, weight=3)
