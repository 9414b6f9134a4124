"""Views of one claim graph: they choose and order claims, and never make one of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from starcase.story.document import Block, Document
from starcase.story.narrative import Narrative, narrative
from starcase.story.records import Records
from starcase.story.views.memo import memo
from starcase.story.views.model_card import model_card
from starcase.story.views.post_mortem import post_mortem
from starcase.story.views.spoken import spoken
from starcase.story.views.star import star

VIEWS: Mapping[str, Callable[[Narrative, Records], Iterator[Block]]] = {
    "star": star,
    "memo": memo,
    "post-mortem": post_mortem,
    "model-card": model_card,
    "spoken": spoken,
}


def document(records: Records, *, view: str = "star", teller: str = "") -> Document:
    """One view of the case, told by ``teller`` in the first person where that is given."""
    told = narrative(records)
    blocks = tuple(VIEWS[view](told, records))
    return Document(title=told.title, view=view, blocks=blocks, head=told.head, teller=teller)
