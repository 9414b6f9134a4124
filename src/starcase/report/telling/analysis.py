"""Claims of log analyses: figures, refusals and findings."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import AnalysisRecord, Question
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.pieces import Break, Name, Quote, fill, format_count, format_figure
from starcase.report.records import Records

SHOWN = frozenset({"rate", "between policies", "off-policy", "segments", "size", "features"})


def describe_analysis(records: Records, entry: Entry, record: AnalysisRecord) -> Iterator[Claim]:
    """Claims of the last analysis of each log: rows, main figures, refusals and findings."""
    same = [e for e, r in records.select(AnalysisRecord) if r.log == record.log]
    if same[-1] is not entry:
        return
    at = entry.id
    said = fill(
        "The log {} holds {} rows; the outcome it was asked about is {}.",
        Name(record.log, f"{at}#log", code=True),
        format_count(value(f"{at}#fingerprint.rows"), record.fingerprint.rows, "rows"),
        Name(record.outcome, f"{at}#outcome", code=True),
    )
    yield Claim(section="situation", topic="analysis", kind="count", sentence=said, weight=3)
    for place, question in enumerate(record.questions):
        yield from _describe_question(question, f"{at}#questions.{place}")
    for place, finding in enumerate(record.findings):
        where = f"{at}#findings.{place}"
        said = fill(
            "A finding at {} ({}) says {}",
            Name(finding.where, f"{where}.where", code=True),
            Name(finding.severity, f"{where}.severity"),
            Quote(finding.what, f"{where}.what"),
        )
        yield Claim(section="situation", topic="analysis", kind="quote", sentence=said, form="item")


def _describe_question(question: Question, at: str) -> Iterator[Claim]:
    about = question.part or "all rows"
    part = Name(about, f"{at}.part") if question.part else about
    for place, shown in enumerate(question.figures):
        where = f"{at}.figures.{place}"
        row = fill(
            "{}, {}{}{}{}{}",
            Name(question.question, f"{at}.question"),
            part,
            Break(),
            Name(shown.name, f"{where}.name"),
            Break(),
            format_figure(shown, where),
        )
        yield Claim(
            section="situation", topic="analysis", kind="value", sentence=row, form="row",
            weight=2 if question.question in SHOWN else 1, head=("asked", "figure", "value"),
        )  # fmt: skip
    if question.refused:
        said = fill(
            "{}, {}: refused, with the reason {}", Name(question.question, f"{at}.question"), part,
            Quote(question.refused, f"{at}.refused"),
        )  # fmt: skip
        yield Claim(section="situation", topic="analysis", kind="quote", sentence=said, form="item", weight=3)
