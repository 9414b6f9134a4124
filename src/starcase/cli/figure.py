"""A figure as text for the terminal."""

from __future__ import annotations

from starcase.evidence import Figure

PLAIN = {"count", ""}
PROBABILITY, TINY, MANY = {"p", "probability"}, 0.001, 10_000


def figure_text(figure: Figure, *, difference: bool = False) -> str:
    """Value with unit, interval and n; a difference of shares, by its name or because it is said, is told in points.

    >>> figure_text(Figure(name="recall", value=0.83, unit="share", low=0.76, high=0.89, level=0.95, n=211))
    '83.00 % [76.00, 89.00] (95 %, n = 211)'
    >>> figure_text(Figure(name="recall, b less a", value=0.021, unit="share"))
    '2.10 points'
    """
    scale = 100 if figure.unit == "share" else 1
    difference = difference or figure.difference
    unit = ("points" if difference else "%") if figure.unit == "share" else "" if figure.unit in PLAIN else figure.unit
    text = f"{_number(figure.value * scale, figure.unit)} {unit}".strip()
    notes = []
    if figure.low is not None and figure.high is not None:
        text += f" [{_number(figure.low * scale, figure.unit)}, {_number(figure.high * scale, figure.unit)}]"
        notes.append(f"{(figure.level or 0) * 100:g} %")
    if figure.n is not None:
        notes.append(f"n = {figure.n:,}")
    return f"{text} ({', '.join(notes)})" if notes else text


def brief(figure: Figure, *, difference: bool = False) -> str:
    """Value, unit and interval in few digits, for tables with many columns; a difference of shares in points.

    >>> brief(Figure(name="recall", value=0.83, unit="share", low=0.7612, high=0.89, level=0.95, n=211))
    '83 % [76.1, 89]'
    """
    share = " points" if difference or figure.difference else " %"
    scale, unit = (100, share) if figure.unit == "share" else (1, "" if figure.unit in PLAIN else f" {figure.unit}")
    text = f"{figure.value * scale:.3g}{unit}"
    if figure.low is None or figure.high is None:
        return text
    return f"{text} [{figure.low * scale:.3g}, {figure.high * scale:.3g}]"


def _number(value: float, unit: str) -> str:
    """Digits that people read: no powers of ten, and a probability that is tiny is told as that.

    >>> _number(760148, "count"), _number(21739.2, "times"), _number(8e-30, "probability"), _number(0.0311, "p")
    ('760,148', '21,739', 'below 0.001', '0.0311')
    """
    if unit in PROBABILITY and 0 <= value < TINY:
        return f"below {TINY:g}"
    if unit == "count" and value == int(value):
        return f"{int(value):,}"
    if unit in {"share", "EUR"}:
        return f"{value:,.2f}"
    return f"{value:,.0f}" if abs(value) >= MANY else f"{value:.4g}"
