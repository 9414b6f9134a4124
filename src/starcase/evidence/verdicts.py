"""Text of verdicts, with their reference."""

from __future__ import annotations

WORDS = {
    "not worse": "not worse by more than the margin",
    "no harm shown": "no harm beyond the margin shown",
}


def format_verdict(verdict: str) -> str:
    """Return a verdict as text that stays true for a significant loss within the margin.

    >>> format_verdict("not worse"), format_verdict("better")
    ('not worse by more than the margin', 'better')
    """
    return WORDS.get(verdict, verdict)
