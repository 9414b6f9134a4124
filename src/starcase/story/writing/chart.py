"""Small charts drawn by hand as SVG: the same figures as the table below them, and the same threads to the records."""

from __future__ import annotations

from markupsafe import Markup, escape

from starcase.story.binding import binding
from starcase.story.claim import Claim
from starcase.story.document import Group
from starcase.story.pieces import Name, Number

WIDTH, ROW, LEFT, RIGHT = 720, 30, 190, 110
LEAST_ROWS = 2
NUMBERS = 4  # estimate, level, lower and upper end
CAPTION = "The estimate of each candidate, and its interval."


def charts(group: Group) -> Markup:
    """The intervals of a table whose rows have an estimate, a lower and an upper end; nothing for any other table."""
    rows = [row for claim in group.claims if (row := _row(claim))]
    if len(rows) < LEAST_ROWS or group.claims[0].topic != "contest":
        return Markup()
    left, right = min(low.shown for _, _, low, _ in rows), max(high.shown for *_, high in rows)
    drawn = Markup("\n").join(_drawn(place, row, left, right) for place, row in enumerate(rows))
    height = ROW * len(rows) + 8
    svg = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Intervals of all candidates">'
    return Markup(f"<figure>{svg}\n{drawn}\n</svg><figcaption>{CAPTION}</figcaption></figure>")  # noqa: S704


def _row(claim: Claim) -> tuple[Name, Number, Number, Number] | None:
    name = next((piece for piece in claim.taken if isinstance(piece, Name)), None)
    if name is None or len(claim.numbers) != NUMBERS:
        return None
    estimate, _, low, high = claim.numbers
    return name, estimate, low, high


def _drawn(place: int, row: tuple[Name, Number, Number, Number], left: float, right: float) -> Markup:
    name, estimate, low, high = row
    y = place * ROW + ROW // 2 + 4

    def x(value: float) -> str:
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * ((value - left) / (right - left) if right > left else 0.5):.1f}"

    return Markup(  # noqa: S704
        f'<g class="claim"><line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        f'<line class="span" x1="{x(low.shown)}" x2="{x(high.shown)}" y1="{y}" y2="{y}"/>'
        f'<circle class="dot" cx="{x(estimate.shown)}" cy="{y}" r="5"/>'
        f'<text class="name" x="0" y="{y + 4}" data-ev="{escape(str(binding(name)))}">{escape(name.text)}</text>'
        f'<text class="num" x="{WIDTH}" y="{y + 4}" text-anchor="end" data-ev="{escape(str(binding(estimate)))}">'
        f"{escape(estimate.text)}</text></g>"
    )
