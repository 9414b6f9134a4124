"""Verdicts as they are shown: each says what it is measured against."""

from __future__ import annotations

WORDS = {
    "not worse": "not worse by more than the margin",
    "no harm shown": "no harm beyond the margin shown",
}


def verdict_text(verdict: str) -> str:
    """A verdict in words that stay true where a loss within the margin is shown.

    >>> verdict_text("not worse"), verdict_text("better")
    ('not worse by more than the margin', 'better')
    """
    return WORDS.get(verdict, verdict)
