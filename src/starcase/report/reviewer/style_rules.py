"""Rules on style: first person, concrete steps, hedges, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from starcase.report.reviewer import lexicon
from starcase.report.reviewer.context import Context
from starcase.report.reviewer.finding import AnswerFinding

LEAST_SHARE, LAXER_SHARE = 0.3, 0.2
TEAM_QUESTIONS = frozenset({3, 4})
LEAST_VERBS = 3
MOST_HEDGES = 1.5  # in a hundred words


def check_first_person(answer: Context) -> Iterator[AnswerFinding]:
    """R5: the speaker acts; "we" is allowed in the situation and in quotations."""
    steps = answer.select("action")
    words = " ".join(sentence.own for sentence in steps)
    mine, ours = len(lexicon.I_SUBJECT.findall(words)), len(lexicon.WE_SUBJECT.findall(words))
    least = LAXER_SHARE if answer.number in TEAM_QUESTIONS else LEAST_SHARE
    if steps and mine == 0:
        mend = 'say which of these steps were yours, beginning with "I"'
        yield answer.report_sentences("R5", "error", steps, 'the action never says "I"', mend)
    elif steps and mine / (mine + ours) < least:
        reason = f'"I" acts {mine} times, "we" {ours} times'
        yield answer.report_sentences(
            "R5", "warning", steps, reason, "say what you did yourself, and whom you asked for the rest"
        )


def check_specificity(answer: Context) -> Iterator[AnswerFinding]:
    """R6: several steps, and a rejected alternative."""
    steps = answer.select("action")
    words = " ".join(sentence.own for sentence in steps)
    verbs = {found[2] for found in lexicon.ACTED.finditer(words)} | set(re.findall(r"(?:,| and) ([a-z]+ed) ", words))
    if steps and len(verbs) < LEAST_VERBS:
        reason = f"the action names {len(verbs)} step{'' if len(verbs) == 1 else 's'}"
        yield answer.report_sentences("R6", "warning", steps, reason, "tell three steps, each with its object")
    if steps and not lexicon.REJECTED.search(answer.text):
        mend = 'say what you decided against: "... rather than ..."'
        yield answer.report_sentences("R6", "warning", steps, "no alternative was turned down", mend)


def check_hedges(answer: Context) -> Iterator[AnswerFinding]:
    """R8: hedges and fillers, quotations aside."""
    found = [(s, m) for s in answer.sentences for m in lexicon.HEDGES.finditer(s.own)]
    density = 100 * len(found) / max(1, answer.words)
    if density > MOST_HEDGES:
        for sentence, hedge in found:
            start = sentence.start + hedge.start()
            reason = f"{hedge[0]!r} weakens the sentence; {len(found)} such words in {answer.words} words"
            yield answer.report_span(
                "R8", "warning", start, start + len(hedge[0]), reason, "leave it out, or say how sure you are"
            )


def check_secrets(answer: Context, blocked: frozenset[str]) -> Iterator[AnswerFinding]:
    """R13: addresses, keys, numbers to call, and the names on the user's own list."""
    for found in lexicon.SECRETS.finditer(answer.text):
        yield answer.report_span("R13", "warning", *found.span(), f"{found[0]!r} looks confidential", "leave it out")
    for name in sorted(blocked):
        for found in re.finditer(rf"\b{re.escape(name)}\b", answer.text, re.IGNORECASE):
            yield answer.report_span("R13", "warning", *found.span(), f"{name!r} is on your list", 'say "a client"')
