"""Words of people made harmless: no markup, no hidden characters, no quotation mark that could end a quotation."""

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
    """Text as it is shown between quotation marks: one line, no control or direction characters.

    >>> sanitize('he said "no"')
    'he said ’no’'
    """
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(visible.translate(_DOUBLE).split())


def format_identifier(text: str) -> str:
    """An identifier as it is shown: underscores of a metric become spaces where it stands among words.

    >>> format_identifier("average_precision")
    'average precision'
    """
    return " ".join(sanitize(text).replace("_", " ").split())


def is_plain_text(text: str) -> bool:
    """Whether words from a record may stand among the teller's own: letters alone, no number and no claiming word.

    >>> is_plain_text("average precision"), is_plain_text("p99 latency"), is_plain_text("improved trees")
    (True, False, False)
    """
    return bool(_TAME.fullmatch(text)) and not find_numerals(text) and not CLAIMING.search(text)


def escape_markdown(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> escape_markdown("[x](http://y) *z*")
    '\\[x\\](http\\://y) \\*z\\*'
    """
    quiet = _LINK.sub(lambda m: f"{m[1] or m[3]}\\{m[2] or m[4]}", _ACTIVE.sub(r"\\\1", text))
    return _OPENING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", quiet)


def format_code(text: str) -> str:
    """An identifier as it is shown in code: never empty, and without the bar that would end a cell of a table."""
    return sanitize(text).replace("|", "\N{BROKEN BAR}") or "\N{EM DASH}"


def render_code_span(text: str) -> str:
    """Text as a Markdown code span, whatever it holds.

    >>> render_code_span("a`b")
    '`` a`b ``'
    """
    line = format_code(text)
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{line}{pad}{fence}"
