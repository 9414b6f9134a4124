"""A Markdown writer: every sentence has a footnote with its records."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from starcase.report.binding import bind_piece, is_code
from starcase.report.charts import Chart
from starcase.report.claim import Claim
from starcase.report.document import Document, Group, Heading
from starcase.report.escaping import escape_markdown, format_identifier, is_plain_text, render_code_span, sanitize
from starcase.report.pieces import Break, ClaimVerb, Name, Number, Person, Piece, Quote, Sentence
from starcase.report.point_of_view import FIRST_PERSON, is_teller, punctuate

MARK = "starcase story"


def write_markdown(document: Document) -> str:
    """The document as CommonMark with tables and footnotes."""
    page = _Page(document.teller)
    blocks = [page.render_block(block) for block in document.blocks if not isinstance(block, Chart)]
    lines = [render_colophon(document), "", f"# {escape_markdown(sanitize(document.title.text))}", "", *blocks]
    lines += ["## Evidence", "", *page.notes, ""]
    return "\n".join(lines)


def render_colophon(document: Document) -> str:
    """Return the data needed to write the same document again, as a comment."""
    facts = {"view": document.view, "head": document.head, "as": document.teller}
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True).replace("-", "\\u002d").replace(">", "\\u003e")
    return f"<!-- {MARK} {text} -->"


@dataclass(slots=True)
class _Page:
    """The renderer of the blocks; it numbers the footnotes."""

    teller: str
    notes: list[str] = field(default_factory=list)

    def render_block(self, block: Heading | Group) -> str:
        if isinstance(block, Heading):
            return f"{'#' * block.level} {block.text}\n"
        match block.form:
            case "sentence":
                return " ".join(self.render_claim(claim) for claim in block.claims) + "\n"
            case "item":
                return "".join(f"- {self.render_claim(claim)}\n" for claim in block.claims)
            case "block":
                return "\n".join(f"> {self.render_claim(claim)}\n" for claim in block.claims)
            case "row":
                return self.render_table(block)

    def render_table(self, block: Group) -> str:
        rows = [f"| {' | '.join(block.head)} |", "|" + "---|" * len(block.head)]
        rows += [
            f"| {' | '.join(self.render_sentence(cell) for cell in claim.split_cells())}{self.add_note(claim)} |"
            for claim in block.claims
        ]
        return "\n".join(rows) + "\n"

    def render_claim(self, claim: Claim) -> str:
        whole = claim.sentence if claim.form == "block" else punctuate(claim.sentence)
        return self.render_sentence(whole) + self.add_note(claim)

    def render_sentence(self, sentence: Sentence) -> str:
        return "".join(map(self.render_piece, sentence))

    def render_piece(self, piece: Piece) -> str:
        match piece:
            case Number():
                text = piece.text
            case ClaimVerb():
                text = piece.word
            case Quote():
                text = f"“{escape_markdown(sanitize(piece.text))}”"
            case Name():
                text = render_code_span(piece.text) if is_code(piece) else format_identifier(piece.text)
            case Person() if self.is_hidden(piece):
                text = FIRST_PERSON
            case Person():
                text = piece.name if is_plain_text(sanitize(piece.name)) else render_code_span(piece.name)
            case _:
                text = " " if isinstance(piece, Break) else escape_markdown(piece) if piece.strip() else piece
        return text

    def add_note(self, claim: Claim) -> str:
        bound = [found for piece in claim.taken if not self.is_hidden(piece) and (found := bind_piece(piece))]
        if not bound:
            return ""
        self.notes.append(f"[^{len(self.notes) + 1}]: " + " · ".join(render_code_span(str(one)) for one in bound))
        return f"[^{len(self.notes)}]"

    def is_hidden(self, piece: Piece) -> bool:
        return isinstance(piece, Person) and is_teller(piece, self.teller)
