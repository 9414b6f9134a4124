"""Eight questions of behavioural interviews: what each looks for, and which recorded facts can answer it."""

from __future__ import annotations

from starcase.story.questions.catalogue import QUESTIONS
from starcase.story.questions.match import Match, match, nearest
from starcase.story.questions.question import Need, Question

__all__ = ["QUESTIONS", "Match", "Need", "Question", "match", "nearest"]
