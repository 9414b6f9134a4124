"""Bindings from tokens of the text to the records they come from; written with the text and checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from starcase.errors import StoryError
from starcase.report.claim_rules import find_test, is_licensed
from starcase.report.escaping import format_code, format_identifier, is_plain_text, sanitize
from starcase.report.expression import Expression
from starcase.report.number_format import SPACE, Shape
from starcase.report.numerals import find_numerals
from starcase.report.pieces import ClaimVerb, Name, Number, Person, Piece, Quote
from starcase.report.records import Records

SHORT_HASH = 12
TokenKind = Literal["number", "name", "quote", "verb"]


@dataclass(frozen=True, slots=True)
class Token:
    """A number, name, quotation or claiming verb in a rendered sentence."""

    kind: TokenKind
    text: str


@dataclass(frozen=True, slots=True)
class Binding:
    """The value a token must have according to the records.

    Args:
        kind: of the token.
        source: the expression or reference.
        how: the shape of a number, the word of a verb.
    """

    kind: TokenKind
    source: str
    how: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.source}" + (f" as {self.how}" if self.how else "")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a binding back; raises StoryError where it is none."""
        kind, _, rest = text.partition(" ")
        source, _, how = rest.partition(" as ")
        if kind not in {"number", "name", "quote", "verb"} or not source:
            raise StoryError(f"{text!r} is not a valid evidence reference")
        return cls(kind, source, how)  # type: ignore[arg-type]

    def find_fault(self, token: Token, records: Records) -> str:
        """Return the fault of a token with this source; empty if it agrees with the records."""
        if token.kind != self.kind:
            return f"{token.text!r} is a {token.kind}, but its evidence is for a {self.kind}"
        try:
            return self._compare(token.text, records)
        except StoryError as error:
            return str(error.what)

    def _compare(self, text: str, records: Records) -> str:
        if self.kind == "verb":
            test = find_test(records, self.source)
            if test is None or text.lower() != self.how or not is_licensed(self.how, test):
                return f"{text!r} is not licensed by {self.source}"
            return ""
        if self.kind == "number":
            wanted = Shape.parse(self.how).text(Expression.parse(self.source).value(records))
            return "" if text in _collect_numerals(wanted) else _describe_contradiction(text, wanted, self.source)
        wanted = sanitize(str(records.resolve(self.source)))
        shortened = self.source.endswith("#@hash") and len(text) >= SHORT_HASH and wanted.startswith(text)
        accepted = {wanted} if self.kind == "quote" else {wanted, format_code(wanted), format_identifier(wanted)}
        if shortened or any(_is_same(text, one) for one in accepted):
            return ""
        return _describe_contradiction(text, wanted, self.source)


def bind_piece(piece: Piece) -> Binding | None:
    """Return the binding of a piece; None for words and for names formatted as words."""
    match piece:
        case Number():
            return Binding("number", str(piece.source), str(piece.shape))
        case Quote():
            return Binding("quote", piece.source)
        case ClaimVerb():
            return Binding("verb", piece.source, piece.word.lower())
        case Name() if is_code(piece):
            return Binding("name", piece.source)
        case Person() if not is_plain_text(sanitize(piece.name)):
            return Binding("name", piece.source)
    return None


def is_code(name: Name) -> bool:
    """Return whether a name is set as code."""
    return name.code or not is_plain_text(format_identifier(name.text))


def _collect_numerals(wanted: str) -> set[str]:
    found = find_numerals(wanted)
    return {found[0].text.strip()} if len(found) == 1 else set()


def _describe_contradiction(text: str, wanted: str, source: str) -> str:
    return f"the text says {text!r}, the record says {wanted!r} ({source})"


def _is_same(one: str, other: str) -> bool:
    return one.replace(SPACE, " ").split() == other.replace(SPACE, " ").split()
