"""Who speaks: the teller says "I", everybody else is called by name."""

from __future__ import annotations

import re

from starcase.report.escaping import spoken
from starcase.report.pieces import Person, Piece, Quote, Sentence, Verb

FIRST_PERSON = "I"
_NEXT = re.compile(r" [A-Z]")


def is_teller(person: Person, teller: str) -> bool:
    """Whether the person is the one who tells the story."""
    return same_person(person.name, teller)


def same_person(name: str, teller: str) -> bool:
    """Whether a name is the teller's."""
    return bool(teller) and spoken(name).casefold() == spoken(teller).casefold()


def punctuated(sentence: Sentence) -> Sentence:
    """The sentence with a full stop after each quotation that ends one, and a capital at its beginning."""
    whole: list[Piece] = []
    for place, piece in enumerate(sentence):
        whole.append(piece)
        after = sentence[place + 1] if place + 1 < len(sentence) else ""
        ends = not after or (isinstance(after, str) and _NEXT.match(after))
        if isinstance(piece, Quote) and ends and not piece.text.rstrip().endswith((".", "!", "?")):
            whole.append(".")
    return (_capital(whole[0]), *whole[1:]) if whole else ()


def _capital(piece: Piece) -> Piece:
    if isinstance(piece, Verb):
        return Verb(piece.word.capitalize(), piece.source)
    return piece[:1].upper() + piece[1:] if isinstance(piece, str) else piece
