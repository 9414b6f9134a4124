"""Claims on trivial baselines that are better than the incumbent, independent of the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord
from starcase.report.claim import Claim
from starcase.report.claim_rules import find_test, is_licensed
from starcase.report.pieces import ClaimVerb, Name, fill
from starcase.report.records import Records


def describe_trivial_baselines(records: Records, entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """A sentence for each trivial baseline that is significantly better than the incumbent."""
    roles = {standing.candidate: standing.role for standing in record.standings}
    for place, pair in enumerate(record.comparisons):
        both = roles.get(pair.candidate), roles.get(pair.against)
        if pair.metric != record.objective or set(both) != {"baseline", "incumbent"}:
            continue
        where = f"{entry.id}#comparisons.{place}"
        test, trivial_first = find_test(records, where), both[0] == "baseline"
        word = "better" if trivial_first else "worse"
        if test is None or not is_licensed(word, test):
            continue
        one = Name(pair.candidate, f"{where}.candidate", code=True)
        other = Name(pair.against, f"{where}.against", code=True)
        words = (
            "{}, a trivial answer, is shown {} than {}, which runs today."
            if trivial_first
            else "{}, which runs today, is shown {} than {}, a trivial answer."
        )
        said = fill(words, one, ClaimVerb(word, where), other)
        yield Claim(section="action", topic="contest", kind="comparison", sentence=said, weight=3)
