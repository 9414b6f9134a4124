"""A PDF writer by typst: no network, no clock, reproducible bytes."""

from __future__ import annotations

import json
from importlib import resources
from math import sqrt

from starcase.errors import PluginError
from starcase.report.binding import is_code
from starcase.report.charts import Chart
from starcase.report.claim import Claim
from starcase.report.document import KINDS, Block, Document, Group, Heading
from starcase.report.escaping import format_code, format_identifier, sanitize
from starcase.report.pieces import Break, ClaimVerb, Name, Number, Person, Piece, Quote, Sentence, render_plain
from starcase.report.point_of_view import FIRST_PERSON, is_teller, punctuate
from starcase.report.writing.svg import render_print_svg


def write_pdf(document: Document) -> bytes:
    """The document as PDF.

    Raises:
        PluginError: typst is not installed.
    """
    try:
        import typst  # noqa: PLC0415 - an extra, loaded where it is asked for
    except ModuleNotFoundError as error:
        raise PluginError("PDF needs typst", mend="pip install 'starcase[pdf]'") from error
    source = write_typst(document).encode()
    pdf: bytes = typst.compile(source, format="pdf", ignore_system_fonts=True, timestamp=0)
    return pdf


def write_typst(document: Document) -> str:
    """Return the document as typst markup; record text appears only in string literals."""
    style = resources.files("starcase.report.writing").joinpath("page", "page.typ").read_text(encoding="utf-8")
    page = _Page(document)
    blocks = "\n".join(map(page.render_block, document.blocks))
    title = f"#opening({_render_literal(KINDS[document.view])}, {_render_literal(sanitize(document.title.text))})"
    dense = "\n#show: dense\n" if document.view in ONE_PAGE else ""
    return f"{style}{dense}\n{title}\n\n{blocks}\n"


ONE_PAGE = frozenset({"memo"})
SHORT, LONG, LINE = 26, 120, 112  # letters in a column, and in a line


class _Page:
    """The renderer of a page; it links numbers to records that have a row."""

    def __init__(self, document: Document) -> None:
        self.teller = document.teller
        self.rows = {claim.records[0] for claim in document.claims if claim.topic == "records"}

    def render_block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return f"\n{'=' * (block.level - 1)} {block.text}\n"
        if isinstance(block, Chart):
            caption = self.render_sentence(punctuate(block.caption))
            return f"#picture({_render_literal(render_print_svg(block))}, [{caption}])\n"
        match block.form:
            case "sentence":
                return " ".join(map(self.render_claim, block.claims)) + "\n"
            case "item":
                return "".join(f"- {self.render_claim(claim)}\n" for claim in block.claims)
            case "block":
                return "".join(f"#said[{self.render_claim(claim)}]\n" for claim in block.claims)
            case "row":
                return self.render_table(block)

    def render_table(self, block: Group) -> str:
        heads = ", ".join(f"[{head}]" for head in block.head)
        rows = ",\n  ".join(
            ", ".join(f"[{self.render_sentence(cell)}]" for cell in claim.split_cells()) for claim in block.claims
        )
        return f"#rows(({self.compute_columns(block)},), ({heads},), (\n  {rows},\n))\n"

    def compute_columns(self, block: Group) -> str:
        """Return column widths: short columns by content, long ones in proportion to their text."""
        cells = [[_measure_cell(cell) for cell in claim.split_cells()] for claim in block.claims]
        longest = [max(len(head), *column) for head, column in zip(block.head, zip(*cells, strict=True), strict=True)]
        narrow = sum(longest) <= LINE
        widths = ["auto" if narrow or long <= SHORT else f"{sqrt(min(long, LONG)):.2f}fr" for long in longest]
        return ", ".join(widths if any(width != "auto" for width in widths) else [*widths[:-1], "1fr"])

    def render_claim(self, claim: Claim) -> str:
        return self.render_sentence(claim.sentence if claim.form == "block" else punctuate(claim.sentence))

    def render_sentence(self, sentence: Sentence) -> str:
        return "".join(map(self.render_piece, sentence))

    def render_piece(self, piece: Piece) -> str:
        match piece:
            case Number():
                first = next(iter(piece.source.records), "")
                text = f"#num({_render_literal(piece.text)}, {_render_literal(first if first in self.rows else '')})"
            case ClaimVerb():
                text = f"#strong({_render_literal(piece.word)})"
            case Quote():
                text = f"#quoted({_render_literal(sanitize(piece.text))})"
            case Name() if piece.source.endswith("#@id"):
                text = f"#anchor({_render_literal(piece.text)})"
            case Name():
                text = (
                    f"#code({_render_literal(format_code(piece.text))})"
                    if is_code(piece)
                    else _render_text(format_identifier(piece.text))
                )
            case Person():
                text = _render_text(FIRST_PERSON if is_teller(piece, self.teller) else sanitize(piece.name))
            case _:
                text = " " if isinstance(piece, Break) else _render_text(piece)
        return text


def _measure_cell(cell: Sentence) -> int:
    return len(render_plain(cell))


def _render_text(words: str) -> str:
    return f"#{_render_literal(words)}" if words else ""


def _render_literal(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
