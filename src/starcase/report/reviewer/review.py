"""The review of an answer by all rules, without a score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starcase.errors import StoryError
from starcase.report.claim import SECTIONS
from starcase.report.questions import InterviewQuestion
from starcase.report.reviewer import evidence_rules, question_rules, structure_rules, style_rules
from starcase.report.reviewer.answer import split_sentences
from starcase.report.reviewer.context import Context
from starcase.report.reviewer.evidence import Fact
from starcase.report.reviewer.finding import AnswerFinding
from starcase.report.reviewer.sections import assign_sections
from starcase.report.speech import WORDS_PER_MINUTE, count_spoken_words

MOST_WORDS = 5_000
_ENGLISH = re.compile(r"\b(?:the|and|to|of|I|was|a|in|it|that|for|on|with|my|we)\b")
LEAST_ENGLISH = 0.12
LEAST_TO_JUDGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The findings of all rules.

    Args:
        findings: in order of their place.
        words: spoken words.
        minutes: how long it takes to say.
        shares: of the spoken words, by section.
        traced: whether evidence was given, so that numbers could be traced.
    """

    findings: tuple[AnswerFinding, ...]
    words: int
    minutes: float
    shares: tuple[tuple[str, float], ...]
    traced: bool

    @property
    def passed(self) -> bool:
        """Whether there is no error."""
        return not any(finding.severity == "error" for finding in self.findings)

    def list_rules(self, severity: str = "error") -> frozenset[str]:
        """The rules with a finding of a severity."""
        return frozenset(finding.rule for finding in self.findings if finding.severity == severity)


def apply_rules(
    text: str,
    *,
    question: InterviewQuestion | None = None,
    facts: Sequence[Fact] | None = None,
    blocked: frozenset[str] = frozenset(),
    said: frozenset[str] = frozenset(),
) -> Review:
    """Apply the fourteen rules to an answer.

    Args:
        text: the answer, with headings or without.
        question: what it answers; R9 is silent without it.
        facts: what was recorded; R3 and R14 are silent without it.
        blocked: names that must not be said.
        said: words that are on record; numbers in a quotation of them are not traced once more.

    Raises:
        StoryError: the text is empty, far too long to be an answer, or not in English.
    """
    _validate_text(text)
    found = tuple(assign_sections(split_sentences(text)))
    words = sum(count_spoken_words(sentence.text) for sentence in found)
    given = None if facts is None else tuple(facts)
    answer = Context(text=text, sentences=found, question=question, facts=given, words=words, said=said)
    rules = (
        structure_rules.check_parts,
        structure_rules.check_result_number,
        evidence_rules.check_numbers,
        evidence_rules.check_strong_words,
        style_rules.check_first_person,
        style_rules.check_specificity,
        structure_rules.check_length,
        style_rules.check_hedges,
        question_rules.check_question,
        question_rules.check_principles,
        structure_rules.check_reflection,
        evidence_rules.check_guardrail,
        evidence_rules.check_consistency,
    )
    findings = [finding for rule in rules for finding in rule(answer)] + list(
        style_rules.check_secrets(answer, blocked)
    )
    return Review(
        findings=tuple(sorted(set(findings), key=lambda f: (f.start, f.end, f.rule, f.reason))),
        words=words,
        minutes=words / WORDS_PER_MINUTE,
        shares=tuple((section, answer.compute_share(section)) for section in SECTIONS),
        traced=given is not None,
    )


def _validate_text(text: str) -> None:
    words = text.split()
    if not words:
        raise StoryError(
            "there is no answer here", mend="write two to three minutes: situation, task, action, result, reflection"
        )
    if len(words) > MOST_WORDS:
        raise StoryError(f"{len(words):,} words are too long for an answer", mend="cut it to 350 words, and try again")
    if len(words) >= LEAST_TO_JUDGE and len(_ENGLISH.findall(text)) / len(words) < LEAST_ENGLISH:
        raise StoryError(
            "this does not read as English", why="the rules cover only English", mend="write it in English"
        )
