"""Claims of a post-mortem: harm, causes and preventions."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry, Figure
from starcase.evidence.records import Cause, Prevention, ReviewRecord, WaiverRecord
from starcase.report.claim import Claim
from starcase.report.expression import Expression
from starcase.report.pieces import (
    Break,
    Name,
    Quote,
    Sentence,
    fill,
    format_cell,
    format_count,
    format_figure,
    join_list,
)
from starcase.report.records import Records

HARM = ("what it did", "how much")
CAUSES = ("what stood behind it", "what was seen")
PREVENTIONS = ("gate, run afterwards", "would have stopped it", "had been waived", "what was seen")


def describe_review(records: Records, entry: Entry, record: ReviewRecord) -> Iterator[Claim]:
    """Claims on the harm (result), and on causes and preventions (reflection)."""
    at = entry.id
    yield from _describe_harm(record, at)
    by_gate = _find_waived_causes(records, record)
    for place, cause in enumerate(record.causes):
        if place not in by_gate.values():
            sentence = _format_cause(cause, f"{at}#causes.{place}")
            yield Claim(section="reflection", topic="review", kind="value", sentence=sentence, form="row", head=CAUSES)
    if record.preventions:
        yield _summarize_preventions(record, at)
    for place, prevention in enumerate(record.preventions):
        behind = by_gate.get(prevention.gate)
        seen = ("",) if behind is None else _format_figures(record.causes[behind], f"{at}#causes.{behind}")
        sentence = _format_prevention(prevention, f"{at}#preventions.{place}", seen)
        yield Claim(section="reflection", topic="review", kind="value", sentence=sentence, form="row", head=PREVENTIONS)
    if record.summary:
        said = fill("The review sums up: {}", Quote(record.summary, f"{at}#summary"))
        yield Claim(section="reflection", topic="review", kind="quote", sentence=said, weight=1)


def _describe_harm(record: ReviewRecord, at: str) -> Iterator[Claim]:
    """A sentence with the first figure above zero in each unit, and a row for every figure."""
    candidate = Name(record.candidate, f"{at}#candidate", code=True)
    first: dict[str, int] = {}
    for place, shown in enumerate(record.harm):
        if shown.value > 0:
            first.setdefault(shown.unit, place)
    if first:
        parts = [_format_harm(record.harm[place], f"{at}#harm.{place}") for place in first.values()]
        said = fill("While it served, the review counts against {}: {}.", candidate, join_list(parts))
        brief = fill("While it served, the review counts against {}: {}.", candidate, parts[0])
    elif record.harm:
        said = brief = fill("The review finds no harm done by {}.", candidate)
    if record.harm:
        yield Claim(section="result", topic="harm", kind="value", sentence=said, brief=brief, weight=4)
    for place, shown in enumerate(record.harm):
        where = f"{at}#harm.{place}"
        row = fill("{}{}{}", Name(shown.name, f"{where}.name"), Break(), format_cell(shown, where))
        yield Claim(section="result", topic="harm", kind="value", sentence=row, form="row", head=HARM)


def _format_harm(shown: Figure, where: str) -> Sentence:
    words = "{} {}" if shown.unit == "count" else "{} of {}"
    return fill(words, format_figure(shown, where), Name(shown.name, f"{where}.name"))


def _find_waived_causes(records: Records, record: ReviewRecord) -> dict[str, int]:
    """Return causes that only name a waived gate, by gate; the gate's row already reports them."""
    waivers = {entry.id: waiver.gate for entry, waiver in records.select(WaiverRecord)}
    told = {prevention.gate for prevention in record.preventions}
    found: dict[str, int] = {}
    for place, cause in enumerate(record.causes):
        gate = next((waivers[name] for name in cause.evidence if name in waivers), "")
        if gate in told:
            found.setdefault(gate, place)
    return found


def _format_cause(cause: Cause, where: str) -> Sentence:
    return fill("{}{}{}", Quote(cause.what, f"{where}.what"), Break(), _format_figures(cause, where))


def _format_figures(cause: Cause, where: str) -> Sentence:
    figures = [_format_named_figure(f, f"{where}.figures.{i}") for i, f in enumerate(cause.figures)]
    return join_list(figures) if figures else ("",)


def _format_named_figure(shown: Figure, where: str) -> Sentence:
    return fill("{}: {}", Name(shown.name, f"{where}.name"), format_cell(shown, where))


def _summarize_preventions(record: ReviewRecord, at: str) -> Claim:
    ran = format_count(Expression("size", (f"{at}#preventions",)), len(record.preventions), "gates")
    stopped = sum(p.stopped for p in record.preventions)
    would = format_count(Expression("count", (f"{at}#preventions", "stopped", "True")), stopped, "gates")
    waived = bool(stopped) and all(p.waived for p in record.preventions if p.stopped)
    words = "Of {} gates run afterwards, {} would have stopped it"
    said = fill(words + (", and each had been waived" if waived else ""), ran, would)
    saved = _format_savings(record, at)
    whole = (*said, *fill("; any of them would have saved {}.", saved)) if saved else (*said, ".")
    return Claim(section="reflection", topic="review", kind="count", sentence=whole, brief=(*said, "."), weight=3)


def _format_savings(record: ReviewRecord, at: str) -> Sentence:
    """Return the harm the gates would have prevented, if it is the same for each."""
    stopped = [(i, p.saved) for i, p in enumerate(record.preventions) if p.stopped]
    if not stopped or any(saved != stopped[0][1] for _, saved in stopped):
        return ()
    place, figures = stopped[0]
    found = next((i for i, f in enumerate(figures) if f.value > 0), None)
    return () if found is None else _format_harm(figures[found], f"{at}#preventions.{place}.saved.{found}")


def _format_prevention(prevention: Prevention, where: str, seen: Sentence) -> Sentence:
    return fill(
        "{}{}{}{}{}{}{}",
        Name(prevention.gate, f"{where}.gate", code=True),
        Break(),
        "yes" if prevention.stopped else "no",
        Break(),
        "yes" if prevention.waived else "",
        Break(),
        seen,
    )
