"""Candidates that reached less as tuned than by default: said, though nothing hangs on it."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, Untuned
from starcase.report.claim import Claim
from starcase.report.claim_rules import licensed, test_at
from starcase.report.pieces import Name, Sentence, Verb, figure, say
from starcase.report.records import Records


def tell_untuned(records: Records, entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """A sentence for each candidate whose own settings reached more on the rows of the contest than the tuned ones."""
    sign = 1.0 if record.direction == "higher" else -1.0
    for place, standing in enumerate(record.standings):
        before = standing.untuned
        if before is None or sign * before.comparison.difference.value >= 0:
            continue
        where = f"{entry.id}#standings.{place}"
        name = Name(standing.candidate, f"{where}.candidate", code=True)
        said = _sentence(records, name, before, f"{where}.untuned")
        yield Claim(section="action", topic="contest", kind="comparison", sentence=said, weight=2, form="item")


def _sentence(records: Records, name: Name, before: Untuned, where: str) -> Sentence:
    pair, test = f"{where}.comparison", test_at(records, f"{where}.comparison")
    difference = figure(before.comparison.difference, f"{pair}.difference", signed=True, difference=True)
    metric, reached = Name(before.figure.name, f"{where}.figure.name"), figure(before.figure, f"{where}.figure")
    words = "{} with its own default settings reached {} in {}; tuned inside training time it "
    if test is not None and licensed("worse", test):
        return say(words + "was {} than that: {}.", name, reached, metric, Verb("worse", pair), difference)
    if test is not None and licensed("no difference", test):
        return say(
            words + "differs by {}: {} is shown.", name, reached, metric, difference, Verb("no difference", pair)
        )
    return say(words + "differs by {}.", name, reached, metric, difference)
