"""Eight questions of behavioural interviews: what each looks for, and which recorded facts can answer it."""

from __future__ import annotations

from starcase.report.questions.catalogue import QUESTIONS
from starcase.report.questions.match import Match, match, nearest
from starcase.report.questions.question import Need, Question

__all__ = ["QUESTIONS", "Match", "Need", "Question", "match", "nearest"]
