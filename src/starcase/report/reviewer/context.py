"""The input of the review rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starcase.report.claim import Section
from starcase.report.questions import InterviewQuestion
from starcase.report.reviewer.answer import Sentence
from starcase.report.reviewer.evidence import Fact
from starcase.report.reviewer.finding import AnswerFinding, Severity
from starcase.report.speech import WORDS_PER_MINUTE, count_spoken_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The text, its sentences with their sections, the question, and the facts it may use.

    Args:
        text: as it was written.
        sentences: with their sections.
        question: it answers; None where none was named.
        facts: recorded; None where no evidence was given, so that numbers cannot be traced.
        words: spoken words in it.
        said: what people are on record for; numbers inside such a quotation are theirs.
    """

    text: str
    sentences: tuple[Sentence, ...]
    question: InterviewQuestion | None
    facts: tuple[Fact, ...] | None
    words: int
    said: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        """The question's number; 0 where none was named."""
        return self.question.number if self.question else 0

    @property
    def pace(self) -> int:
        """Words a minute."""
        return WORDS_PER_MINUTE

    def select(self, section: Section) -> list[Sentence]:
        """The sentences of one section."""
        return [sentence for sentence in self.sentences if sentence.section == section]

    def compute_share(self, section: Section) -> float:
        """The share of the spoken words that a section takes."""
        return sum(count_spoken_words(sentence.text) for sentence in self.select(section)) / max(1, self.words)

    def report_span(self, rule: str, severity: Severity, start: int, end: int, reason: str, mend: str) -> AnswerFinding:
        """A finding over a span."""
        return AnswerFinding(rule=rule, severity=severity, start=start, end=end, reason=reason, mend=mend)

    def report_sentences(
        self, rule: str, severity: Severity, some: Sequence[Sentence], reason: str, mend: str
    ) -> AnswerFinding:
        """Return a finding on some sentences; on the whole answer if there are none."""
        if not some:
            return self.report_answer(rule, severity, reason, mend)
        return self.report_span(rule, severity, some[0].start, some[-1].end, reason, mend)

    def report_answer(self, rule: str, severity: Severity, reason: str, mend: str) -> AnswerFinding:
        """A finding over the whole answer."""
        return self.report_span(rule, severity, 0, len(self.text), reason, mend)
