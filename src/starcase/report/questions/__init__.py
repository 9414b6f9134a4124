"""Eight behavioural interview questions and the recorded facts that can answer them."""

from __future__ import annotations

from starcase.report.questions.catalogue import QUESTIONS
from starcase.report.questions.match import Match, find_question, match_question
from starcase.report.questions.question import AnswerNeed, InterviewQuestion

__all__ = ["QUESTIONS", "AnswerNeed", "InterviewQuestion", "Match", "find_question", "match_question"]
