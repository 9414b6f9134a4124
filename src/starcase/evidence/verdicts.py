"""Verdicts as they are shown: each says what it is measured against."""

from __future__ import annotations

WORDS = {
    "not worse": "not worse by more than the margin",
    "no harm shown": "no harm beyond the margin shown",
}


def format_verdict(verdict: str) -> str:
    """A verdict in words that stay true where a loss within the margin is shown.

    >>> format_verdict("not worse"), format_verdict("better")
    ('not worse by more than the margin', 'better')
    """
    return WORDS.get(verdict, verdict)
