"""Claims on the segments of an experiment."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import ReadingRecord
from starcase.report.claim import Claim
from starcase.report.claim_rules import find_test, is_licensed
from starcase.report.expression import Expression, value
from starcase.report.pieces import Break, ClaimVerb, Name, fill, format_cell, format_count
from starcase.report.records import Records

HEAD = ("segment", "units", "difference", "what is shown")
WORDS = ("better", "worse", "no difference")


def describe_segments(records: Records, entry: Entry, record: ReadingRecord) -> Iterator[Claim]:
    """Claims on the number of segments and of those with a shown difference, and a row for each."""
    if not record.segments:
        return
    at = f"{entry.id}#segments"
    better, worse = (sum(s.verdict == word for s in record.segments) for word in ("better", "worse"))
    said = fill(
        "Of {} segments, corrected for their number, the challenger is ahead in {} and behind in {}.",
        format_count(Expression("size", (at,)), len(record.segments), "segments"),
        format_count(Expression("count", (at, "verdict", "better")), better, "segments"),
        format_count(Expression("count", (at, "verdict", "worse")), worse, "segments"),
    )
    yield Claim(section="result", topic="experiment", kind="count", sentence=said, weight=3)
    for place, segment in enumerate(record.segments):
        where = f"{at}.{place}"
        test = find_test(records, where)
        word = next((w for w in WORDS if test is not None and is_licensed(w, test)), "")
        row = fill(
            "{}{}{}{}{}{}{}",
            Name(segment.segment, f"{where}.segment", code=True),
            Break(),
            format_count(value(f"{where}.units"), segment.units, "units"),
            Break(),
            format_cell(segment.difference, f"{where}.difference", signed=True, difference=True),
            Break(),
            ClaimVerb(word, where) if word else "not tested",
        )
        yield Claim(section="result", topic="experiment", kind="comparison", sentence=row, form="row", head=HEAD)
