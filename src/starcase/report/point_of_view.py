"""Point of view: the teller says "I", all other people are named."""

from __future__ import annotations

import re

from starcase.report.escaping import sanitize
from starcase.report.pieces import ClaimVerb, Person, Piece, Quote, Sentence

FIRST_PERSON = "I"
_NEXT = re.compile(r" [A-Z]")


def is_teller(person: Person, teller: str) -> bool:
    """Return whether the person is the teller."""
    return is_same_person(person.name, teller)


def is_same_person(name: str, teller: str) -> bool:
    """Whether a name is the teller's."""
    return bool(teller) and sanitize(name).casefold() == sanitize(teller).casefold()


def punctuate(sentence: Sentence) -> Sentence:
    """The sentence with a full stop after each quotation that ends one, and a capital at its beginning."""
    whole: list[Piece] = []
    for place, piece in enumerate(sentence):
        whole.append(piece)
        after = sentence[place + 1] if place + 1 < len(sentence) else ""
        ends = not after or (isinstance(after, str) and _NEXT.match(after))
        if isinstance(piece, Quote) and ends and not piece.text.rstrip().endswith((".", "!", "?")):
            whole.append(".")
    return (_capitalize(whole[0]), *whole[1:]) if whole else ()


def _capitalize(piece: Piece) -> Piece:
    if isinstance(piece, ClaimVerb):
        return ClaimVerb(piece.word.capitalize(), piece.source)
    return piece[:1].upper() + piece[1:] if isinstance(piece, str) else piece
