"""Claims of notes: quoted and attributed; attachments are evidence, statements are not."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import NoteRecord
from starcase.report.claim import SECTIONS, Claim, Section
from starcase.report.expression import value
from starcase.report.pieces import (
    Break,
    Name,
    Person,
    Quote,
    Sentence,
    fill,
    format_cell,
    format_count,
    format_figure,
    join_list,
)
from starcase.report.records import AFTER, BEFORE, Records

HEAD = ("what was measured", "of", "value", "units", "attached as")


def describe_note(records: Records, entry: Entry, record: NoteRecord) -> Iterator[Claim]:
    """Claims of a note in its section, with attachments as a table; a sentence for each metric in spoken views."""
    del records
    section: Section = next((section for section in SECTIONS if section == record.part), "action")
    if record.text:
        yield _describe_text(entry, record, section)
    by_metric: dict[str, list[int]] = {}
    for place, shown in enumerate(record.figures):
        by_metric.setdefault(shown.name.partition(", ")[0], []).append(place)
    for places in by_metric.values():
        for place in places:
            yield _build_row(entry, record, place, section)
    for places in by_metric.values():
        yield _describe_metric(entry, record, places, section)


def _describe_text(entry: Entry, record: NoteRecord, section: Section) -> Claim:
    at, who = entry.id, Person(entry.actor, f"{entry.id}#@actor")
    text = Quote(record.text, f"{at}#text")
    said = fill("{} noted {}", who, text)
    if record.role:
        said = fill("On the {}, {} wrote {}", Name(record.role, f"{at}#role"), who, text)
    elif record.about:
        said = fill("On {} {} noted {}", Name(record.about, f"{at}#about", code=True), who, text)
    return Claim(
        section=section,
        topic="note",
        kind="quote",
        sentence=said,
        brief=fill("{} wrote {}", who, text) if record.role else (),
        own=(text,),
        actor=entry.actor,
        weight=3,
    )


def _build_row(entry: Entry, record: NoteRecord, place: int, section: Section) -> Claim:
    shown, where = record.figures[place], f"{entry.id}#figures.{place}"
    _, comma, _ = shown.name.partition(", ")
    units: Sentence = ("",) if shown.n is None else (format_count(value(f"{where}.n"), shown.n, "units"),)
    row = fill(
        "{}{}{}{}{}{}{}{}{}",
        Name(shown.name.partition(", ")[0], f"{where}.name.{BEFORE}"),
        Break(),
        Name(shown.name.partition(", ")[2], f"{where}.name.{AFTER}") if comma else "",
        Break(),
        format_cell(shown, where),
        Break(),
        units,
        Break(),
        Name(record.path, f"{entry.id}#path", code=True),
    )
    return Claim(section=section, topic="note", kind="value", sentence=row, form="row", head=HEAD, weight=1)


def _describe_metric(entry: Entry, record: NoteRecord, places: list[int], section: Section) -> Claim:
    """All values of one metric in a sentence; with the interval if there is only one value."""
    first = record.figures[places[0]]
    name = Name(first.name.partition(", ")[0], f"{entry.id}#figures.{places[0]}.name.{BEFORE}")
    values: list[Sentence] = []
    for place in places:
        shown, where = record.figures[place], f"{entry.id}#figures.{place}"
        of = shown.name.partition(", ")[2]
        told = format_figure(shown, where)
        if len(places) > 1:
            told = told[:1]
        values.append(fill("{} {}", told, Name(of, f"{where}.name.{AFTER}")) if of else told)
    said = fill("Measured, {}: {}.", name, join_list(values))
    return Claim(
        section=section, topic="note", kind="value", sentence=said, brief=said, weight=3, aloud=True, actor=entry.actor
    )
