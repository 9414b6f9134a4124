"""Views of one claim graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from starcase.story.claim import SECTIONS
from starcase.story.document import Block, Document, Heading, grouped
from starcase.story.narrative import Narrative, appendix, narrative
from starcase.story.records import Records


def star(told: Narrative, records: Records) -> Iterator[Block]:
    """The whole story: situation, task, action, result, reflection, and every record it rests on."""
    for section in SECTIONS:
        yield Heading(2, section.capitalize())
        yield from grouped(told.of(section))
    yield Heading(2, "Records")
    yield from grouped(tuple(appendix(records, told.claims)), topics=False)


VIEWS: Mapping[str, Callable[[Narrative, Records], Iterator[Block]]] = {"star": star}


def document(records: Records, *, view: str = "star", teller: str = "") -> Document:
    """One view of the case, told by ``teller`` in the first person where that is given."""
    told = narrative(records)
    blocks = tuple(VIEWS[view](told, records))
    return Document(title=told.title, view=view, blocks=blocks, head=told.head, teller=teller)
