"""What a person said: repeated, attributed, never evidence."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import NoteRecord
from starcase.story.claim import SECTIONS, Claim, Section
from starcase.story.pieces import Name, Person, Quote, say
from starcase.story.records import Records


def tell_note(records: Records, entry: Entry, record: NoteRecord) -> Iterator[Claim]:
    """The note where its writer placed it."""
    del records
    at, who = entry.id, Person(entry.actor, f"{entry.id}#@actor")
    section: Section = next((section for section in SECTIONS if section == record.part), "action")
    text = Quote(record.text, f"{at}#text")
    said = say("{} noted {}", who, text)
    if record.about:
        said = say("On {} {} noted {}", Name(record.about, f"{at}#about", code=True), who, text)
    yield Claim(section=section, topic="note", kind="quote", sentence=said, actor=entry.actor)
