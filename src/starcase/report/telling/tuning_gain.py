"""Claims on candidates whose tuned parameters scored below their default; for information only."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ContestRecord, TuningGain
from starcase.report.claim import Claim
from starcase.report.claim_rules import find_test, is_licensed
from starcase.report.pieces import ClaimVerb, Name, Sentence, fill, format_figure
from starcase.report.records import Records


def describe_tuning_gain(records: Records, entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """A sentence for each candidate whose default settings scored higher than the tuned ones."""
    sign = 1.0 if record.direction == "higher" else -1.0
    for place, standing in enumerate(record.standings):
        before = standing.untuned
        if before is None or sign * before.comparison.difference.value >= 0:
            continue
        where = f"{entry.id}#standings.{place}"
        name = Name(standing.candidate, f"{where}.candidate", code=True)
        said = _format_gain(records, name, before, f"{where}.untuned")
        yield Claim(section="action", topic="contest", kind="comparison", sentence=said, weight=2, form="item")


def _format_gain(records: Records, name: Name, before: TuningGain, where: str) -> Sentence:
    pair, test = f"{where}.comparison", find_test(records, f"{where}.comparison")
    difference = format_figure(before.comparison.difference, f"{pair}.difference", signed=True, difference=True)
    metric, reached = Name(before.figure.name, f"{where}.figure.name"), format_figure(before.figure, f"{where}.figure")
    words = "{} with its own default settings reached {} in {}; tuned inside training time it "
    if test is not None and is_licensed("worse", test):
        return fill(words + "was {} than that: {}.", name, reached, metric, ClaimVerb("worse", pair), difference)
    if test is not None and is_licensed("no difference", test):
        return fill(
            words + "differs by {}: {} is shown.", name, reached, metric, difference, ClaimVerb("no difference", pair)
        )
    return fill(words + "differs by {}.", name, reached, metric, difference)
