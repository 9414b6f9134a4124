"""A writer of self-contained HTML pages; every number links to its record."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from starcase.report.binding import bind_piece
from starcase.report.claim import Claim
from starcase.report.document import KINDS, Document
from starcase.report.escaping import format_identifier, sanitize
from starcase.report.number_format import BARE
from starcase.report.pieces import Break, ClaimVerb, Name, Number, Person, Piece, Quote, Sentence
from starcase.report.point_of_view import FIRST_PERSON, is_teller, punctuate
from starcase.report.writing.markdown import render_colophon
from starcase.report.writing.svg import render_page_svg

LONGEST = 28  # a name beyond it may be broken after an underscore


def write_html(document: Document) -> str:
    """The document as a self-contained page."""
    words = _SentenceRenderer(document)
    return _load_template().render(
        document=document,
        title=sanitize(document.title.text),
        colophon=Markup(render_colophon(document)),  # noqa: S704 - written by us, with every dash and bracket escaped
        kind=KINDS[document.view],
        told=words.render_claim,
        cells=words.render_cells,
        svg=render_page_svg,
        caption=lambda chart: words.render_sentence(punctuate(chart.caption)),
    )


@cache
def _load_template() -> Template:
    loader = PackageLoader("starcase.report.writing", "page")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html")


class _SentenceRenderer:
    """The renderer of sentences, with the teller and the records that have a row to link to."""

    def __init__(self, document: Document) -> None:
        self.teller = document.teller
        self.rows = {claim.records[0] for claim in document.claims if claim.topic == "records"}

    def render_claim(self, claim: Claim) -> Markup:
        return self.render_sentence(claim.sentence if claim.form == "block" else punctuate(claim.sentence))

    def render_cells(self, claim: Claim) -> list[Markup]:
        return [self.render_sentence(cell) for cell in claim.split_cells()]

    def render_sentence(self, sentence: Sentence) -> Markup:
        return Markup("").join(map(self.render_piece, sentence))

    def render_piece(self, piece: Piece) -> Markup:
        match piece:
            case Number():
                first = next(iter(piece.source.records), "")
                kind = "num end" if piece.shape.unit == BARE else "num"
                html = _render_element("a", kind, piece.text, piece, f' href="#{first}"' if first in self.rows else "")
            case ClaimVerb():
                html = _render_element("span", "verb", piece.word, piece)
            case Quote():
                html = _render_element("q", "said", sanitize(piece.text), piece)
            case Person() if is_teller(piece, self.teller):
                html = escape(FIRST_PERSON)
            case Person() | Name():
                html = _render_name(piece)
            case _:
                html = Markup(" ") if isinstance(piece, Break) else escape(piece)
        return html


def _render_name(piece: Name | Person) -> Markup:
    text = piece.text if isinstance(piece, Name) else piece.name
    if bind_piece(piece):
        return _render_element("code", "name", sanitize(text), piece)
    return escape(format_identifier(text) if isinstance(piece, Name) else sanitize(text))


def _render_element(tag: str, name: str, text: str, piece: Piece, more: str = "") -> Markup:
    title = f' title="{escape(piece.about)}"' if isinstance(piece, Number) and piece.about else ""
    evidence = escape(str(bind_piece(piece)))
    long = name == "name" and len(text) > LONGEST
    shown = Markup("_<wbr>").join(escape(part) for part in text.split("_")) if long else escape(text)
    return Markup(f'<{tag} class="{name}" data-ev="{evidence}"{title}{more}>{shown}</{tag}>')  # noqa: S704
