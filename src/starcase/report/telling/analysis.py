"""What the logs of a case said before anything was compared, and what they refused to say."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import AnalysisRecord, Question
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.pieces import Break, Name, Quote, count, figure, say
from starcase.report.records import Records

SHOWN = frozenset({"rate", "between policies", "off-policy", "segments", "size", "features"})


def tell_analysis(records: Records, entry: Entry, record: AnalysisRecord) -> Iterator[Claim]:
    """The last analysis of each log: its rows, the figures people ask for, refusals and findings."""
    same = [e for e, r in records.of(AnalysisRecord) if r.log == record.log]
    if same[-1] is not entry:
        return
    at = entry.id
    said = say(
        "The log {} holds {} rows; the outcome it was asked about is {}.",
        Name(record.log, f"{at}#log", code=True),
        count(value(f"{at}#fingerprint.rows"), record.fingerprint.rows, "rows"),
        Name(record.outcome, f"{at}#outcome", code=True),
    )
    yield Claim(section="situation", topic="analysis", kind="count", sentence=said, weight=3)
    for place, question in enumerate(record.questions):
        yield from _tell(question, f"{at}#questions.{place}")
    for place, finding in enumerate(record.findings):
        where = f"{at}#findings.{place}"
        said = say(
            "A finding at {} ({}) says {}",
            Name(finding.where, f"{where}.where", code=True),
            Name(finding.severity, f"{where}.severity"),
            Quote(finding.what, f"{where}.what"),
        )
        yield Claim(section="situation", topic="analysis", kind="quote", sentence=said, form="item")


def _tell(question: Question, at: str) -> Iterator[Claim]:
    about = question.part or "all rows"
    part = Name(about, f"{at}.part") if question.part else about
    for place, shown in enumerate(question.figures):
        where = f"{at}.figures.{place}"
        row = say(
            "{}, {}{}{}{}{}",
            Name(question.question, f"{at}.question"),
            part,
            Break(),
            Name(shown.name, f"{where}.name"),
            Break(),
            figure(shown, where),
        )
        yield Claim(
            section="situation", topic="analysis", kind="value", sentence=row, form="row",
            weight=2 if question.question in SHOWN else 1, head=("asked", "figure", "value"),
        )  # fmt: skip
    if question.refused:
        said = say(
            "{}, {}: refused, with the reason {}", Name(question.question, f"{at}.question"), part,
            Quote(question.refused, f"{at}.refused"),
        )  # fmt: skip
        yield Claim(section="situation", topic="analysis", kind="quote", sentence=said, form="item", weight=3)
