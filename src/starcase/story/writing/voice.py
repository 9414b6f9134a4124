"""Who speaks: the teller says "I", everybody else is called by name."""

from __future__ import annotations

from starcase.story.pieces import Person, Piece, Quote, Sentence, Verb
from starcase.story.plain import spoken

FIRST_PERSON = "I"


def is_teller(person: Person, teller: str) -> bool:
    """Whether the person is the one who tells the story."""
    return bool(teller) and spoken(person.name).casefold() == spoken(teller).casefold()


def punctuated(sentence: Sentence) -> Sentence:
    """The sentence with a full stop after a quotation that ends it, and a capital at its beginning."""
    last = sentence[-1] if sentence else ""
    open_ended = isinstance(last, Quote) and not last.text.rstrip().endswith((".", "!", "?"))
    whole = (*sentence, ".") if open_ended else sentence
    return (_capital(whole[0]), *whole[1:]) if whole else whole


def _capital(piece: Piece) -> Piece:
    if isinstance(piece, Verb):
        return Verb(piece.word.capitalize(), piece.source)
    return piece[:1].upper() + piece[1:] if isinstance(piece, str) else piece
