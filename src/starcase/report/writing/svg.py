"""Charts as SVG: for HTML with bindings to the records, for print with fixed colours."""

from __future__ import annotations

from functools import cache
from importlib import resources

from markupsafe import Markup, escape

from starcase.report.binding import bind_piece
from starcase.report.charts.chart import WIDTH, Chart, ChartPath, Label, Mark
from starcase.report.charts.chart import Shape as Drawn
from starcase.report.escaping import sanitize
from starcase.report.pieces import Name, Number, Piece

RADIUS = 5.0


def render_page_svg(chart: Chart) -> Markup:
    """Return SVG for HTML: styled by the page and readable by the verifier."""
    return _render_svg(chart, Markup(), threads=True)


def render_print_svg(chart: Chart) -> str:
    """Return SVG for print: with its own colours and without bindings."""
    return str(_render_svg(chart, Markup("<style>{}</style>").format(Markup(_load_colours())), threads=False))  # noqa: S704 - our own


def _render_svg(chart: Chart, style: Markup, *, threads: bool) -> Markup:
    shapes = Markup("\n").join(_render_shape(shape, threads=threads) for shape in chart.shapes)
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">')
    return Markup("{}{}\n{}\n</svg>").format(head.format(WIDTH, chart.height, chart.about), style, shapes)


def _render_shape(shape: Drawn, *, threads: bool) -> Markup:
    match shape:
        case ChartPath():
            points = " L".join(f"{x:.1f} {y:.1f}" for x, y in shape.points)
            close = " Z" if shape.style in {"band", "area"} else ""
            return Markup('<path class="{}" d="M{}{}"/>').format(shape.style, points, close)
        case Mark():
            return Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:g}"/>').format(
                shape.style, shape.x, shape.y, RADIUS
            )
        case Label():
            return _render_label(shape, threads=threads)


def _render_label(label: Label, *, threads: bool) -> Markup:
    words = Markup("").join(_render_piece(piece, threads=threads) for piece in label.words)
    soft = Markup(' class="soft"') if label.soft else Markup()
    return Markup('<text{} x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        soft, label.x, label.y, label.anchor, words
    )


def _render_piece(piece: Piece, *, threads: bool) -> Markup:
    match piece:
        case Number() | Name():
            kind, text = ("num", piece.text) if isinstance(piece, Number) else ("name", sanitize(piece.text))
            evidence = (
                Markup(' data-ev="{}"').format(str(bind_piece(piece))) if threads and bind_piece(piece) else Markup()
            )
            return Markup('<tspan class="{}"{}>{}</tspan>').format(kind, evidence, text)
        case str():
            return escape(piece)
    return Markup()


@cache
def _load_colours() -> str:
    return resources.files("starcase.report.writing").joinpath("page", "print.css").read_text(encoding="utf-8")
