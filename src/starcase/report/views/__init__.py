"""Views of one claim graph: they choose and order claims, and never make one of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starcase.report.document import Block, Document, Group
from starcase.report.narrative import narrative
from starcase.report.point_of_view import same_person
from starcase.report.questions import QUESTIONS
from starcase.report.records import Records
from starcase.report.views.memo import memo
from starcase.report.views.model_card import model_card
from starcase.report.views.post_mortem import post_mortem
from starcase.report.views.question import View, answer
from starcase.report.views.spoken import spoken
from starcase.report.views.star import star

VIEWS: Mapping[str, View] = {
    "star": star,
    "memo": memo,
    "post-mortem": post_mortem,
    "model-card": model_card,
    "spoken": spoken,
}
ANSWERS: Mapping[str, View] = {f"question-{question.number}": answer(question) for question in QUESTIONS}


def told_by(teller: str, block: Block) -> Block:
    """The block with what the teller said in the teller's own words."""
    if not isinstance(block, Group) or not teller:
        return block
    claims = [replace(c, sentence=c.own) if c.own and same_person(c.actor, teller) else c for c in block.claims]
    return replace(block, claims=tuple(claims))


def document(records: Records, *, view: str = "star", teller: str = "") -> Document:
    """One view of the case, or its answer to ``"question-3"``; ``teller`` speaks in the first person where given."""
    told = narrative(records)
    blocks = tuple(told_by(teller, block) for block in {**VIEWS, **ANSWERS}[view](told, records))
    return Document(title=told.title, view=view, blocks=blocks, head=told.head, teller=teller)
