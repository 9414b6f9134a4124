"""Eight questions of behavioural interviews: what each looks for, and which recorded facts can answer it."""

from __future__ import annotations

from starcase.report.questions.catalogue import QUESTIONS
from starcase.report.questions.match import Match, find_question, match_question
from starcase.report.questions.question import AnswerNeed, InterviewQuestion

__all__ = ["QUESTIONS", "AnswerNeed", "InterviewQuestion", "Match", "find_question", "match_question"]
