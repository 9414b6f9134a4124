"""A chart as SVG: for a page with threads to the records, for print with colours of its own."""

from __future__ import annotations

from functools import cache
from importlib import resources

from markupsafe import Markup, escape

from starcase.report.binding import binding
from starcase.report.charts.chart import WIDTH, Chart, Label, Mark, Path
from starcase.report.charts.chart import Shape as Drawn
from starcase.report.escaping import spoken
from starcase.report.pieces import Name, Number, Piece

RADIUS = 5.0


def page_svg(chart: Chart) -> Markup:
    """For HTML: styled by the page, readable by the check."""
    return _svg(chart, Markup(), threads=True)


def print_svg(chart: Chart) -> str:
    """For print: its own colours, and no threads, which paper does not have."""
    return str(_svg(chart, Markup("<style>{}</style>").format(Markup(_colours())), threads=False))  # noqa: S704 - our own


def _svg(chart: Chart, style: Markup, *, threads: bool) -> Markup:
    shapes = Markup("\n").join(_drawn(shape, threads=threads) for shape in chart.shapes)
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">')
    return Markup("{}{}\n{}\n</svg>").format(head.format(WIDTH, chart.height, chart.about), style, shapes)


def _drawn(shape: Drawn, *, threads: bool) -> Markup:
    match shape:
        case Path():
            points = " L".join(f"{x:.1f} {y:.1f}" for x, y in shape.points)
            close = " Z" if shape.style in {"band", "area"} else ""
            return Markup('<path class="{}" d="M{}{}"/>').format(shape.style, points, close)
        case Mark():
            return Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:g}"/>').format(
                shape.style, shape.x, shape.y, RADIUS
            )
        case Label():
            return _label(shape, threads=threads)


def _label(label: Label, *, threads: bool) -> Markup:
    words = Markup("").join(_word(piece, threads=threads) for piece in label.words)
    soft = Markup(' class="soft"') if label.soft else Markup()
    return Markup('<text{} x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        soft, label.x, label.y, label.anchor, words
    )


def _word(piece: Piece, *, threads: bool) -> Markup:
    match piece:
        case Number() | Name():
            kind, text = ("num", piece.text) if isinstance(piece, Number) else ("name", spoken(piece.text))
            evidence = Markup(' data-ev="{}"').format(str(binding(piece))) if threads and binding(piece) else Markup()
            return Markup('<tspan class="{}"{}>{}</tspan>').format(kind, evidence, text)
        case str():
            return escape(piece)
    return Markup()


@cache
def _colours() -> str:
    return resources.files("starcase.report.writing").joinpath("page", "print.css").read_text(encoding="utf-8")
