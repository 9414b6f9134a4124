"""A document as Markdown: every sentence carries a footnote that leads to its records."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from starcase.report.binding import binding, in_code
from starcase.report.charts import Chart
from starcase.report.claim import Claim
from starcase.report.document import Document, Group, Heading
from starcase.report.escaping import code_span, escaped, named, spoken, tame
from starcase.report.pieces import Break, Name, Number, Person, Piece, Quote, Sentence, Verb
from starcase.report.point_of_view import FIRST_PERSON, is_teller, punctuated

MARK = "starcase story"


def write_markdown(document: Document) -> str:
    """The document as CommonMark with tables and footnotes."""
    page = _Page(document.teller)
    blocks = [page.block(block) for block in document.blocks if not isinstance(block, Chart)]
    lines = [colophon(document), "", f"# {escaped(spoken(document.title.text))}", "", *blocks]
    lines += ["## Evidence", "", *page.notes, ""]
    return "\n".join(lines)


def colophon(document: Document) -> str:
    """What has to be known to write the same document again, as a comment."""
    facts = {"view": document.view, "head": document.head, "as": document.teller}
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True).replace("-", "\\u002d").replace(">", "\\u003e")
    return f"<!-- {MARK} {text} -->"


@dataclass(slots=True)
class _Page:
    """Numbers the footnotes while the blocks are written."""

    teller: str
    notes: list[str] = field(default_factory=list)

    def block(self, block: Heading | Group) -> str:
        if isinstance(block, Heading):
            return f"{'#' * block.level} {block.text}\n"
        match block.form:
            case "sentence":
                return " ".join(self.sentence(claim) for claim in block.claims) + "\n"
            case "item":
                return "".join(f"- {self.sentence(claim)}\n" for claim in block.claims)
            case "block":
                return "\n".join(f"> {self.sentence(claim)}\n" for claim in block.claims)
            case "row":
                return self.table(block)

    def table(self, block: Group) -> str:
        rows = [f"| {' | '.join(block.head)} |", "|" + "---|" * len(block.head)]
        rows += [
            f"| {' | '.join(self.words(cell) for cell in claim.cells())}{self.note(claim)} |" for claim in block.claims
        ]
        return "\n".join(rows) + "\n"

    def sentence(self, claim: Claim) -> str:
        whole = claim.sentence if claim.form == "block" else punctuated(claim.sentence)
        return self.words(whole) + self.note(claim)

    def words(self, sentence: Sentence) -> str:
        return "".join(map(self.piece, sentence))

    def piece(self, piece: Piece) -> str:
        match piece:
            case Number():
                text = piece.text
            case Verb():
                text = piece.word
            case Quote():
                text = f"“{escaped(spoken(piece.text))}”"
            case Name():
                text = code_span(piece.text) if in_code(piece) else named(piece.text)
            case Person() if self.hidden(piece):
                text = FIRST_PERSON
            case Person():
                text = piece.name if tame(spoken(piece.name)) else code_span(piece.name)
            case _:
                text = " " if isinstance(piece, Break) else escaped(piece) if piece.strip() else piece
        return text

    def note(self, claim: Claim) -> str:
        bound = [found for piece in claim.taken if not self.hidden(piece) and (found := binding(piece))]
        if not bound:
            return ""
        self.notes.append(f"[^{len(self.notes) + 1}]: " + " · ".join(code_span(str(one)) for one in bound))
        return f"[^{len(self.notes)}]"

    def hidden(self, piece: Piece) -> bool:
        return isinstance(piece, Person) and is_teller(piece, self.teller)
