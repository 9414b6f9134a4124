"""A document as one HTML page that needs nothing else; every number leads to its record."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from starcase.report.binding import binding
from starcase.report.claim import Claim
from starcase.report.document import KINDS, Document
from starcase.report.escaping import named, spoken
from starcase.report.number_format import BARE
from starcase.report.pieces import Break, Name, Number, Person, Piece, Quote, Sentence, Verb
from starcase.report.point_of_view import FIRST_PERSON, is_teller, punctuated
from starcase.report.writing.markdown import colophon
from starcase.report.writing.svg import page_svg

LONGEST = 28  # a name beyond it may be broken after an underscore


def write_html(document: Document) -> str:
    """The document as a self-contained page."""
    words = _Words(document)
    return _page().render(
        document=document,
        title=spoken(document.title.text),
        colophon=Markup(colophon(document)),  # noqa: S704 - written by us, with every dash and bracket escaped
        kind=KINDS[document.view],
        told=words.told,
        cells=words.cells,
        svg=page_svg,
        caption=lambda chart: words.words(punctuated(chart.caption)),
    )


@cache
def _page() -> Template:
    loader = PackageLoader("starcase.report.writing", "page")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html")


class _Words:
    """Knows the teller, and which records have a row that numbers can lead to."""

    def __init__(self, document: Document) -> None:
        self.teller = document.teller
        self.rows = {claim.records[0] for claim in document.claims if claim.topic == "records"}

    def told(self, claim: Claim) -> Markup:
        return self.words(claim.sentence if claim.form == "block" else punctuated(claim.sentence))

    def cells(self, claim: Claim) -> list[Markup]:
        return [self.words(cell) for cell in claim.cells()]

    def words(self, sentence: Sentence) -> Markup:
        return Markup("").join(map(self.piece, sentence))

    def piece(self, piece: Piece) -> Markup:
        match piece:
            case Number():
                first = next(iter(piece.source.records), "")
                kind = "num end" if piece.shape.unit == BARE else "num"
                html = _element("a", kind, piece.text, piece, f' href="#{first}"' if first in self.rows else "")
            case Verb():
                html = _element("span", "verb", piece.word, piece)
            case Quote():
                html = _element("q", "said", spoken(piece.text), piece)
            case Person() if is_teller(piece, self.teller):
                html = escape(FIRST_PERSON)
            case Person() | Name():
                html = _name(piece)
            case _:
                html = Markup(" ") if isinstance(piece, Break) else escape(piece)
        return html


def _name(piece: Name | Person) -> Markup:
    text = piece.text if isinstance(piece, Name) else piece.name
    if binding(piece):
        return _element("code", "name", spoken(text), piece)
    return escape(named(text) if isinstance(piece, Name) else spoken(text))


def _element(tag: str, name: str, text: str, piece: Piece, more: str = "") -> Markup:
    title = f' title="{escape(piece.about)}"' if isinstance(piece, Number) and piece.about else ""
    evidence = escape(str(binding(piece)))
    long = name == "name" and len(text) > LONGEST
    shown = Markup("_<wbr>").join(escape(part) for part in text.split("_")) if long else escape(text)
    return Markup(f'<{tag} class="{name}" data-ev="{evidence}"{title}{more}>{shown}</{tag}>')  # noqa: S704
