"""A figure as text for the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

from starcase.evidence import Figure
from starcase.evidence.number_format import format_digits

P_VALUE = re.compile(r"^p\b|\bp-value\b")
PLAIN = {"count", "p", ""}
TINY, FEW = 0.001, 4


def format_figure(figure: Figure, *, difference: bool = False) -> str:
    """Return value with unit, interval and n; a difference of shares is in points.

    >>> format_figure(Figure(name="recall", value=0.83, unit="share", low=0.76, high=0.89, level=0.95, n=211))
    '83.00 % [76.00, 89.00] (95 %, n = 211)'
    >>> format_figure(Figure(name="recall, b less a", value=0.021, unit="share"))
    '2.10 points'
    >>> format_figure(Figure(name="p, corrected", value=0.69941, unit="probability"))
    '0.6994'
    >>> format_figure(Figure(name="chance of a false call", value=0.69941, unit="probability"))
    '69.94 %'
    """
    if figure.unit == "probability":
        figure = replace(figure, unit="p" if P_VALUE.search(figure.name) else "share")
    scale = 100 if figure.unit == "share" else 1
    difference = difference or figure.difference
    unit = ("points" if difference else "%") if figure.unit == "share" else "" if figure.unit in PLAIN else figure.unit
    text = f"{_format_number(figure.value * scale, figure.unit)} {unit}".strip()
    notes = []
    if figure.low is not None and figure.high is not None:
        text += (
            f" [{_format_number(figure.low * scale, figure.unit)}, {_format_number(figure.high * scale, figure.unit)}]"
        )
        notes.append(f"{(figure.level or 0) * 100:g} %")
    if figure.n is not None:
        notes.append(f"n = {figure.n:,}")
    return f"{text} ({', '.join(notes)})" if notes else text


def format_figure_briefly(figure: Figure, *, difference: bool = False) -> str:
    """Return value, unit and interval in few digits, for wide tables; a difference of shares is in points.

    >>> format_figure_briefly(Figure(name="recall", value=0.83, unit="share", low=0.7612, high=0.89, level=0.95, n=211))
    '83 % [76.1, 89]'
    """
    share = " points" if difference or figure.difference else " %"
    scale, unit = (100, share) if figure.unit == "share" else (1, "" if figure.unit in PLAIN else f" {figure.unit}")
    text = f"{format_digits(figure.value * scale)}{unit}"
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{format_digits(figure.low * scale)}, {format_digits(figure.high * scale)}]"


def _format_number(value: float, unit: str) -> str:
    """Return digits without powers of ten; a tiny p-value becomes "below 0.001".

    >>> (_format_number(760148, "count"), _format_number(21739.2, "times"), _format_number(8e-30, "p"),
    ...  _format_number(0.0311, "p"))
    ('760,148', '21,739', 'below 0.001', '0.0311')
    """
    if unit == "p" and 0 <= value < TINY:
        return f"below {TINY:g}"
    if unit == "count" and value == int(value):
        return f"{int(value):,}"
    if unit in {"share", "EUR"}:
        return f"{value:,.2f}"
    return format_digits(value, 3 if unit == "times" else FEW)
