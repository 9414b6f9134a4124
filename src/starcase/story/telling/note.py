"""What a person said: repeated and attributed; what they attached is evidence, what they say is not."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import NoteRecord
from starcase.story.claim import SECTIONS, Claim, Section
from starcase.story.pieces import Name, Person, Quote, figure, say
from starcase.story.records import Records


def tell_note(records: Records, entry: Entry, record: NoteRecord) -> Iterator[Claim]:
    """The note where its writer placed it."""
    del records
    at, who = entry.id, Person(entry.actor, f"{entry.id}#@actor")
    section: Section = next((section for section in SECTIONS if section == record.part), "action")
    text = Quote(record.text, f"{at}#text")
    said = say("{} noted {}", who, text)
    if record.role:
        said = say("On the {}, {} wrote {}", Name(record.role, f"{at}#role"), who, text)
    elif record.about:
        said = say("On {} {} noted {}", Name(record.about, f"{at}#about", code=True), who, text)
    if record.text:
        weight = 3 if record.role else 2
        yield Claim(section=section, topic="note", kind="quote", sentence=said, actor=entry.actor, weight=weight)
    for place, shown in enumerate(record.figures):
        where = f"{at}#figures.{place}"
        source = Name(record.path, f"{at}#path", code=True)
        said = say("By {}, {} was {}.", source, Name(shown.name, f"{where}.name"), figure(shown, where))
        yield Claim(section=section, topic="note", kind="value", sentence=said, weight=3)
