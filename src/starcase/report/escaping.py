"""Escaping of user text: no markup, no hidden characters, no quotation mark that ends a quotation."""

from __future__ import annotations

import re
import unicodedata

from starcase.report.claim_rules import CLAIMING
from starcase.report.numerals import find_numerals

_TAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
_ACTIVE = re.compile(r"([\\`*_\[\]<>&|~$^])")
_LINK = re.compile(r"(https?|ftp|mailto)(:)|(www)(\.)", re.IGNORECASE)
_OPENING = re.compile(r"^(\s*)(?:([#>=+-])|(\d+)([.)]))")
_DOUBLE = str.maketrans({"“": "‘", "”": "’", "„": "‘", "«": "‹", "»": "›", '"': "’"})


def sanitize(text: str) -> str:
    """Return text for quotation marks: one line, without control or direction characters.

    >>> sanitize('he said "no"')
    'he said ’no’'
    """
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(visible.translate(_DOUBLE).split())


def format_identifier(text: str) -> str:
    """Return an identifier for running text: underscores of a metric become spaces.

    >>> format_identifier("average_precision")
    'average precision'
    """
    return " ".join(sanitize(text).replace("_", " ").split())


def is_plain_text(text: str) -> bool:
    """Return whether record text is plain: only letters, no number and no claiming word.

    >>> is_plain_text("average precision"), is_plain_text("p99 latency"), is_plain_text("improved trees")
    (True, False, False)
    """
    return bool(_TAME.fullmatch(text)) and not find_numerals(text) and not CLAIMING.search(text)


def escape_markdown(text: str) -> str:
    r"""Return text escaped for Markdown.

    >>> escape_markdown("[x](http://y) *z*")
    '\\[x\\](http\\://y) \\*z\\*'
    """
    quiet = _LINK.sub(lambda m: f"{m[1] or m[3]}\\{m[2] or m[4]}", _ACTIVE.sub(r"\\\1", text))
    return _OPENING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", quiet)


def format_code(text: str) -> str:
    """Return an identifier for code: never empty, and without a bar that ends a table cell."""
    return sanitize(text).replace("|", "\N{BROKEN BAR}") or "\N{EM DASH}"


def render_code_span(text: str) -> str:
    """Return any text as a Markdown code span.

    >>> render_code_span("a`b")
    '`` a`b ``'
    """
    line = format_code(text)
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{line}{pad}{fence}"
