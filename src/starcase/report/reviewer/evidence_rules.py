"""Rules on claims: traced numbers, words no stronger than the test, one value for each quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from starcase.report.escaping import sanitize
from starcase.report.numerals import Numeral
from starcase.report.reviewer import lexicon
from starcase.report.reviewer.answer import Sentence
from starcase.report.reviewer.context import Context
from starcase.report.reviewer.evidence import (
    Fact,
    detect_direction,
    extract_stems,
    find_changes,
    find_clause,
    find_nearest_facts,
    is_bound_of,
    is_value_of,
)
from starcase.report.reviewer.finding import AnswerFinding
from starcase.report.reviewer.metrics import is_metric

_QUOTE = re.compile(r"“[^”]*”")
_FROM_TO = re.compile(r"\bfrom\W+$")
_NOTHING_SEEN = re.compile(
    r"\bno (?:difference|change|effect)\b|\bcould not (?:tell|see)\b|\bdid not (?:differ|change|move)\b"
)


def check_numbers(answer: Context) -> Iterator[AnswerFinding]:
    """R3: each measured number is bound to a record of the metric that its words name."""
    facts = answer.facts
    if facts is None:
        return
    for sentence, numeral in _find_measurements(answer):
        span = (sentence.start + numeral.start, sentence.start + numeral.end)
        named = find_nearest_facts(sentence.text, numeral, facts)
        why = _explain_untraced(sentence.text, numeral, named)
        if why:
            mend = (
                f"the record says {_format_facts(named)}"
                if named
                else "attach the record it comes from, or leave it out"
            )
            yield answer.report_span("R3", "error", *span, why, mend)
    yield from _check_ranges(answer, facts)


def check_strong_words(answer: Context) -> Iterator[AnswerFinding]:
    """R4: strong words need a licensing test, and no improvement is claimed without a shown difference."""
    facts = answer.facts or ()
    for sentence in answer.sentences:
        for found in lexicon.STRONG.finditer(sentence.own):
            if not _has_test(found[0], sentence, facts):
                span = (sentence.start + found.start(), sentence.start + found.end())
                reason = f"{found[0]!r} needs a test, and no recorded test supports it"
                yield answer.report_span("R4", "error", *span, reason, "say what was measured, with its interval")
        yield from _check_overclaims(answer, sentence, facts)


def check_consistency(answer: Context) -> Iterator[AnswerFinding]:
    """R14: the same quantity has one value; values that contradict the recorded one are reported."""
    facts = answer.facts
    if facts is None:
        return
    right: dict[str, str] = {}
    for sentence, numeral in _find_measurements(answer):
        named = find_nearest_facts(sentence.text, numeral, facts)
        if named and _is_supported(sentence.text, numeral, named):
            right.setdefault(named[0].metric, numeral.text)
    for sentence, numeral in _find_measurements(answer):
        named = find_nearest_facts(sentence.text, numeral, facts)
        if named and not _is_supported(sentence.text, numeral, named) and named[0].metric in right:
            span = (sentence.start + numeral.start, sentence.start + numeral.end)
            reason = f"{named[0].metric} is {right[named[0].metric]} elsewhere in this answer, and {numeral.text} here"
            yield answer.report_span("R14", "error", *span, reason, "say one value, the recorded one")


def check_guardrail(answer: Context) -> Iterator[AnswerFinding]:
    """R12: the result names a guardrail that did not get worse."""
    if not re.search(
        r"guardrail|no worse|did not (?:rise|get worse|suffer)|watch|protect|no (?:difference|change)", answer.text
    ):
        reason = "the answer does not say what was protected while the main figure moved"
        yield answer.report_sentences(
            "R12", "note", answer.select("result"), reason, "name the guardrail and its figure"
        )


def _find_measurements(answer: Context) -> Iterator[tuple[Sentence, Numeral]]:
    theirs = [m.span() for m in _QUOTE.finditer(answer.text) if sanitize(m[0][1:-1]) in answer.said]
    for sentence in answer.sentences:
        for numeral in sentence.numerals:
            at = sentence.start + numeral.start
            if is_metric(numeral) and not any(start <= at < end for start, end in theirs):
                yield sentence, numeral


def _is_supported(text: str, numeral: Numeral, named: tuple[Fact, ...]) -> bool:
    return _is_backed(text, numeral, named) or any(True for _ in find_changes(named, numeral, text))


def _is_backed(text: str, numeral: Numeral, named: tuple[Fact, ...]) -> bool:
    return any(is_value_of(fact, numeral) or is_bound_of(fact, numeral, text) for fact in named)


def _explain_untraced(text: str, numeral: Numeral, named: tuple[Fact, ...]) -> str:
    if numeral.ambiguous:
        return f"{numeral.text!r} can be read in more than one way"
    if not named:
        return f"{numeral.text!r} is not next to the name of a recorded metric"
    if _is_backed(text, numeral, named):
        return ""
    changes = [change for change, _, _ in find_changes(named, numeral, text)]
    if not changes:
        return f"no record of {named[0].metric} says {numeral.text!r}"
    said = detect_direction(text, numeral)
    wrong = said and not any((change > 0) == (said > 0) for change in changes)
    return f"{named[0].metric} went the other way" if wrong else ""


def _check_ranges(answer: Context, facts: tuple[Fact, ...]) -> Iterator[AnswerFinding]:
    """Check numbers of the form "from A to B": the verb must match their direction."""
    for sentence in answer.sentences:
        measured = [numeral for numeral in sentence.numerals if is_metric(numeral)]
        for first, second in pairwise(measured):
            between = sentence.text[first.end : second.start].strip()
            if between != "to" or not _FROM_TO.search(sentence.text[: first.start]) or first.value == second.value:
                continue
            start, _ = find_clause(sentence.text, first)
            words = sentence.text[start : first.start]
            said = int(bool(lexicon.UP.search(words))) - int(bool(lexicon.DOWN.search(words)))
            if said and (second.value > first.value) != (said > 0):
                span = (sentence.start + start, sentence.start + second.end)
                named = find_nearest_facts(sentence.text, first, facts)
                what = named[0].metric if named else "it"
                yield answer.report_span(
                    "R3", "error", *span, f"{what} went the other way", "use the verb that fits the figures"
                )


def _has_test(word: str, sentence: Sentence, facts: tuple[Fact, ...]) -> bool:
    heard = extract_stems(sentence.own)
    about = [fact for fact in facts if fact.words & heard and fact.low is not None and not fact.open]
    return any(fact.experiment for fact in about) if word.lower().startswith("caus") else bool(about)


def _check_overclaims(answer: Context, sentence: Sentence, facts: tuple[Fact, ...]) -> Iterator[AnswerFinding]:
    if sentence.section not in {"result", "action"} or _NOTHING_SEEN.search(sentence.own):
        return
    shown = {fact.metric for fact in facts if fact.gap and not fact.open}
    for fact in facts:
        heard = len(fact.words & extract_stems(sentence.own)) * 2 >= len(fact.words) > 0
        if not fact.open or fact.metric in shown or not heard:
            continue
        for found in lexicon.POSITIVE.finditer(sentence.own):
            start, end = _find_clause(sentence.own, found)
            if len(fact.words & extract_stems(sentence.own[start:end])) * 2 >= len(fact.words):
                span = (sentence.start + found.start(), sentence.start + found.end())
                reason = f"{found[0]!r} is claimed of {fact.metric}, whose interval contains zero"
                yield answer.report_span(
                    "R4", "error", *span, reason, f"say that no change in {fact.metric} could be shown"
                )
                return


def _find_clause(text: str, found: re.Match[str]) -> tuple[int, int]:
    cuts = [0, *(m.start() for m in re.finditer(r"[;,:]|\band\b|\bwhile\b|\bbut\b", text)), len(text)]
    return max(c for c in cuts if c <= found.start()), min(c for c in cuts if c >= found.end())


def _format_facts(named: tuple[Fact, ...]) -> str:
    values = [f"{fact.value * 100:g} %" if fact.unit == "share" else f"{fact.value:g} {fact.unit}" for fact in named]
    return f"{named[0].metric}: {', '.join(values)}"
