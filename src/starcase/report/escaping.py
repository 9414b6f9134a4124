"""Words of people made harmless: no markup, no hidden characters, no quotation mark that could end a quotation."""

from __future__ import annotations

import re
import unicodedata

from starcase.report.claim_rules import CLAIMING
from starcase.report.numerals import find

_TAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
_ACTIVE = re.compile(r"([\\`*_\[\]<>&|~$^])")
_LINK = re.compile(r"(https?|ftp|mailto)(:)|(www)(\.)", re.IGNORECASE)
_OPENING = re.compile(r"^(\s*)(?:([#>=+-])|(\d+)([.)]))")
_DOUBLE = str.maketrans({"“": "‘", "”": "’", "„": "‘", "«": "‹", "»": "›", '"': "’"})


def spoken(text: str) -> str:
    """Text as it is shown between quotation marks: one line, no control or direction characters.

    >>> spoken('he said "no"')
    'he said ’no’'
    """
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(visible.translate(_DOUBLE).split())


def named(text: str) -> str:
    """An identifier as it is shown: underscores of a metric become spaces where it stands among words.

    >>> named("average_precision")
    'average precision'
    """
    return " ".join(spoken(text).replace("_", " ").split())


def tame(text: str) -> bool:
    """Whether words from a record may stand among the teller's own: letters alone, no number and no claiming word.

    >>> tame("average precision"), tame("p99 latency"), tame("improved trees")
    (True, False, False)
    """
    return bool(_TAME.fullmatch(text)) and not find(text) and not CLAIMING.search(text)


def escaped(text: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> escaped("[x](http://y) *z*")
    '\\[x\\](http\\://y) \\*z\\*'
    """
    quiet = _LINK.sub(lambda m: f"{m[1] or m[3]}\\{m[2] or m[4]}", _ACTIVE.sub(r"\\\1", text))
    return _OPENING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", quiet)


def set_in_code(text: str) -> str:
    """An identifier as it is shown in code: never empty, and without the bar that would end a cell of a table."""
    return spoken(text).replace("|", "\N{BROKEN BAR}") or "\N{EM DASH}"


def code_span(text: str) -> str:
    """Text as a Markdown code span, whatever it holds.

    >>> code_span("a`b")
    '`` a`b ``'
    """
    line = set_in_code(text)
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{line}{pad}{fence}"
