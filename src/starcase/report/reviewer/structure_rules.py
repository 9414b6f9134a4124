"""Rules on the shape of an answer: parts, a quantified result, length and balance, a reflection that is a change."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.report.claim import Section
from starcase.report.reviewer import lexicon
from starcase.report.reviewer.context import Context
from starcase.report.reviewer.finding import AnswerFinding
from starcase.report.reviewer.metrics import is_metric
from starcase.report.reviewer.sections import find_missing

MENDS: dict[Section, str] = {
    "situation": "begin with who was affected and what was wrong, in two sentences",
    "task": 'say in one sentence what was asked of you: "My job was to ..."',
    "action": 'describe what you did, each step beginning with "I" and a verb',
    "result": "state the result, with one number and its base",
    "reflection": "close with what you learned and what you do differently since then",
}
LONGEST, LONG, SHORTEST = 450, 350, 150
MOST_BEFORE, LEAST_ACTION, LEAST_AFTER = 0.40, 0.30, 0.15


def check_parts(answer: Context) -> Iterator[AnswerFinding]:
    """R1: the answer has every section."""
    for section in find_missing(answer.sentences):
        yield answer.report_answer("R1", "error", f"no sentence covers the {section}", MENDS[section])


def check_result_number(answer: Context) -> Iterator[AnswerFinding]:
    """R2: the result contains a measured number; a loss counts, a number in another section does not."""
    results = answer.select("result")
    if results and not any(is_metric(n) for sentence in results for n in sentence.numerals):
        mend = 'name one figure with its base: "from ... to ..."; a loss is a result too'
        yield answer.report_sentences("R2", "error", results, "the result holds no measured number", mend)


def check_length(answer: Context) -> Iterator[AnswerFinding]:
    """R7: two to three minutes, with room for the action."""
    words = answer.words
    if words > LONGEST or words < SHORTEST:
        mend = "cut what does not lead to the result" if words > LONGEST else "describe the steps and their result"
        reason = f"it takes {words} words to say, {words / answer.pace:.1f} minutes"
        yield answer.report_answer("R7", "error", reason, mend)
    elif words > LONG:
        reason = f"it takes {words} words to say, {words / answer.pace:.1f} minutes"
        yield answer.report_answer("R7", "warning", reason, f"aim at {LONG} words or fewer")
    before = answer.compute_share("situation") + answer.compute_share("task")
    after = answer.compute_share("result") + answer.compute_share("reflection")
    if before > MOST_BEFORE:
        yield answer.report_answer(
            "R7", "warning", f"{before:.0%} of the answer comes before the action", "shorten situation and task"
        )
    if answer.compute_share("action") < LEAST_ACTION:
        yield answer.report_answer(
            "R7",
            "warning",
            f"only {answer.compute_share('action'):.0%} of the answer is action",
            "describe more of what you did",
        )
    if after < LEAST_AFTER:
        yield answer.report_answer(
            "R7", "warning", f"only {after:.0%} of the answer is result and reflection", "describe the result"
        )


def check_reflection(answer: Context) -> Iterator[AnswerFinding]:
    """R11: the lesson is shown by changed behaviour."""
    told = answer.select("reflection")
    words = " ".join(sentence.own for sentence in told)
    learned, changed = lexicon.LEARNED.search(words), lexicon.BEHAVIOUR.search(words)
    if not learned and not changed:
        reason = "the answer does not say what was learned or what changed"
        yield answer.report_sentences("R11", "error", told, reason, "say what you do differently since then")
    elif not changed:
        reason = "the answer says what was learned, but not what has changed since"
        yield answer.report_sentences(
            "R11", "warning", told, reason, "add one thing you have done differently since then"
        )
