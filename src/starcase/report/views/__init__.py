"""Views of the claims: they select and order claims and never add any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starcase.report.document import Block, Document, Group
from starcase.report.narrative import build_narrative
from starcase.report.point_of_view import is_same_person
from starcase.report.questions import QUESTIONS
from starcase.report.records import Records
from starcase.report.views.memo import build_memo
from starcase.report.views.model_card import build_model_card
from starcase.report.views.post_mortem import build_post_mortem
from starcase.report.views.question import View, build_answer_view
from starcase.report.views.spoken import build_spoken
from starcase.report.views.star import build_star

VIEWS: Mapping[str, View] = {
    "star": build_star,
    "memo": build_memo,
    "post-mortem": build_post_mortem,
    "model-card": build_model_card,
    "spoken": build_spoken,
}
ANSWERS: Mapping[str, View] = {f"question-{question.number}": build_answer_view(question) for question in QUESTIONS}


def apply_teller(teller: str, block: Block) -> Block:
    """Return the block with the teller's claims in the first person."""
    if not isinstance(block, Group) or not teller:
        return block
    claims = [replace(c, sentence=c.own) if c.own and is_same_person(c.actor, teller) else c for c in block.claims]
    return replace(block, claims=tuple(claims))


def build_document(records: Records, *, view: str = "star", teller: str = "") -> Document:
    """One view of the case, or its answer to ``"question-3"``; ``teller`` speaks in the first person where given."""
    told = build_narrative(records)
    blocks = tuple(apply_teller(teller, block) for block in {**VIEWS, **ANSWERS}[view](told, records))
    return Document(title=told.title, view=view, blocks=blocks, head=told.head, teller=teller)
