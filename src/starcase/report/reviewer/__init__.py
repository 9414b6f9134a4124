"""Review of a written answer: fourteen rules a program can check, each finding with its span, reason and mend."""

from __future__ import annotations

from starcase.report.reviewer.evidence import Fact, collect_facts, collect_quotes
from starcase.report.reviewer.finding import AnswerFinding
from starcase.report.reviewer.review import Review, apply_rules

__all__ = ["AnswerFinding", "Fact", "Review", "apply_rules", "collect_facts", "collect_quotes"]
