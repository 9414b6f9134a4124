"""Review of a written answer: fourteen rules a program can check, each finding with its span, reason and mend."""

from __future__ import annotations

from starcase.report.reviewer.evidence import Fact, facts_of, said_in
from starcase.report.reviewer.finding import Finding
from starcase.report.reviewer.review import Review, review

__all__ = ["Fact", "Finding", "Review", "facts_of", "review", "said_in"]
