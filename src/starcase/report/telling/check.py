"""Claims of a data check."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import CheckRecord
from starcase.report.claim import Claim
from starcase.report.expression import Expression, value
from starcase.report.pieces import Break, Name, Quote, fill, format_count, format_figure
from starcase.report.records import Records


def describe_check(records: Records, entry: Entry, record: CheckRecord) -> Iterator[Claim]:
    """Claims of the last check only: rows, columns, first figures, findings."""
    last = records.last(CheckRecord)
    if last is None or last[0] is not entry:
        return
    at = f"{entry.id}#fingerprint"
    said = fill(
        "The data in {} hold {} rows in {} columns.",
        Name(record.fingerprint.path, f"{at}.path", code=True),
        format_count(value(f"{at}.rows"), record.fingerprint.rows, "rows"),
        format_count(Expression("size", (f"{at}.columns",)), len(record.fingerprint.columns), "columns"),
    )
    yield Claim(
        section="situation", topic="check", kind="count", sentence=said, weight=2 if records.in_production else 1
    )
    for place, shown in enumerate(record.figures):
        where = f"{entry.id}#figures.{place}"
        row = fill("{}{}{}", Name(shown.name, f"{where}.name"), Break(), format_figure(shown, where))
        yield Claim(
            section="situation",
            topic="check",
            kind="value",
            sentence=row,
            weight=1,
            form="row",
            head=("found", "value"),
        )
    for place, finding in enumerate(record.findings):
        where = f"{entry.id}#findings.{place}"
        said = fill(
            "A finding at {} ({}) says {}",
            Name(finding.where, f"{where}.where", code=True),
            Name(finding.severity, f"{where}.severity"),
            Quote(finding.what, f"{where}.what"),
        )
        yield Claim(section="situation", topic="findings", kind="quote", sentence=said, form="item")
