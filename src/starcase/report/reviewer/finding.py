"""The type of one finding of the review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFinding:
    """A finding: rule, location, reason and mend.

    Args:
        rule: ``"R1"`` to ``"R14"``.
        severity: an error fails the answer, a warning weakens it, a note is worth a thought.
        start: where the span begins in the answer, in characters.
        end: where it ends.
        reason: why it was found.
        mend: one concrete thing to do.
    """

    rule: str
    severity: Severity
    start: int
    end: int
    reason: str
    mend: str
