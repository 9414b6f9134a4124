"""Rules on relevance: the roles the question needs, and principles shown by behaviour, not only named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from starcase.report.questions import QUESTIONS
from starcase.report.reviewer.context import Context
from starcase.report.reviewer.finding import AnswerFinding


def _compile_cues(*cues: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(cues)})", re.IGNORECASE)


_OPTIONS = "options|roads|ways|approaches|routes|solutions|candidates|alternatives|designs|paths"
_PEOPLE = "teams?|engineers|colleagues|people|analysts|developers"
ROLES: Mapping[int, Mapping[str, re.Pattern[str]]] = {
    1: {
        "several options": _compile_cues(
            rf"(?:two|three|four|several|different|other) (?:\w+ )?(?:{_OPTIONS})",
            "options (?:were|lay)",
            "alternatives",
        ),
        "a criterion": _compile_cues(
            "criteri",
            "trade-?offs?",
            "weighed",
            r"judged (?:\w+ )?by",
            "decided by",
            "would decide",
            "scored (?:each|them)",
            "by which",
            "what mattered most",
        ),
    },
    2: {
        "an own risk or mistake": _compile_cues(
            "my (?:own )?(?:mistake|fault|error|risk|doing|decision to)",
            r"I (?:took|ran) (?:a|the|that) (?:\w+ )?(?:risk|chance|gamble)",
            "I was wrong",
            "I (?:had )?(?:skipped|misjudged|underestimated|overlooked|ignored)",
            "was mine alone",
        ),
        "a changed way of working": _compile_cues(
            "since then",
            "ever since",
            "from then on",
            "to this day",
            "these days",
            "I now",
            "now I",
            "today I",
            "next time",
        ),
    },
    3: {
        "people who were led": _compile_cues(rf"(?:the|my|our|three|two|four|five|six) (?:\w+ )?(?:{_PEOPLE})"),
        "leading": _compile_cues(
            "to lead",
            "I led",
            "led the",
            "lead(?:ing)? (?:the|a|this)",
            "in charge of",
            "leadership",
            "at the head of",
            "take the lead",
        ),
        "a direction": _compile_cues(
            "(?:one|a|the|single) goal", "roadmap", "in phases", "phases?", "milestones?", "plan of", "direction"
        ),
    },
    4: {
        "a group before": _compile_cues(
            "divided",
            r"quarrel\w*",
            "split",
            "morale",
            "tired",
            "sceptical",
            "reluctant",
            r"mistrust\w*",
            "stopped talking",
            "conflict",
            r"demoralis\w*",
            "discouraged",
            "did not (?:talk|speak)",
            "resented",
            "at odds",
            "worn out",
        ),
        "a group after": _compile_cues(
            "together",
            "both sides",
            r"volunteer\w*",
            "each other",
            "morale",
            "as one",
            "joined in",
            "helped one another",
            "side by side",
            "willingly",
        ),
    },
    5: {
        "data that were looked at": _compile_cues(
            r"analys\w*",
            "logs",
            r"segment\w*",
            "data",
            "sessions",
            "queries",
            "cohorts?",
            "records of",
            "broke (?:it|them) down",
        ),
        "a strategy that followed": _compile_cues(
            r"strateg\w*",
            r"priorit\w*",
            "proposed",
            r"redirect\w*",
            "roadmap",
            "where to (?:invest|spend)",
            "budget",
            "plan for",
        ),
    },
    6: {
        "own fault": _compile_cues(
            "my (?:own )?(?:fault|failure|mistake|doing)",
            "I (?:had )?failed",
            "I was to blame",
            "blame (?:was|is) mine",
            "I (?:had )?(?:skipped|waved|pushed|cut)",
            "was mine",
        ),
        "a repair": _compile_cues(
            "restored",
            "rolled (?:it )?back",
            r"put (?:\w+ )*back",
            "repaired",
            r"apologis\w*",
            "made good",
            "corrected",
            r"refund\w*",
            "undid",
            "reversed",
            r"recover\w*",
        ),
        "harm": _compile_cues(
            r"harm\w*",
            "lost",
            "loss(?:es)?",
            "customers? (?:were|was|could|had)",
            "cost (?:us|them)",
            "wrong(?:ly)?",
            "failed",
            "outage",
            r"damage\w*",
            "stood empty",
            "ran out",
        ),
    },
    7: {
        "a customer": _compile_cues(
            "customers?",
            "clients?",
            "patients?",
            "buyers?",
            "shopkeepers?",
            "subscribers?",
            "users?",
            "farmers?",
            "tenants?",
            "drivers?",
        ),
        "a need in their words": _compile_cues(
            "told (?:me|us)",
            "said:",
            "wrote to",
            "wrote:",
            "asked me",
            "in (?:her|his|their) (?:own )?words",
            r"complain\w*",
            "explained",
            r"\w+ said",
        ),
        "more than was asked": _compile_cues(
            "more than (?:was |she |he |they )?(?:had )?(?:been )?asked",
            "nobody had asked",
            "had not asked",
            "without being asked",
            "beyond what",
            "unasked",
            "not in the contract",
            "on top of",
        ),
    },
    8: {
        "a superior": _compile_cues(
            r"(?:my|our|the) (?:\w+ )?(?:manager|boss|director|head|superior|supervisor|vice president|lead)"
        ),
        "an opposed view": _compile_cues(
            r"disagree\w*",
            "I (?:held|argued|objected|pushed back|doubted|believed|thought) ",
            "I was (?:convinced|against)",
            "opposed",
            "objection",
            "my view",
        ),
        "a resolution": _compile_cues(
            "agreed", "settled", "compromise", "decided", r"commit\w*", "gave way", "accepted", "supported", "stood by"
        ),
    },
}
ALIKE = frozenset({frozenset({2, 6})})  # the greatest failure answers the question for a failure too
BEHAVIOUR: Mapping[str, re.Pattern[str]] = {
    "Customer Obsession": _compile_cues(
        "customers?", "clients?", "patients?", "buyers?", "users?", "subscribers?", "drivers?", "tenants?"
    ),
    "Think Big": _compile_cues(
        "year ahead",
        "years? (?:ahead|to come)",
        "ten times",
        "growth",
        "scale",
        "whole (?:company|market)",
        "every (?:country|market|team)",
    ),
    "Ownership": _compile_cues(
        "I (?:owned|took over|answered for|stayed|took it|kept|signed|was responsible)",
        "my (?:own )?(?:fault|responsibility|job)",
        "myself",
    ),
    "Deliver Results": _compile_cues(
        "went live",
        "on (?:time|the (?:announced|promised) day)",
        "in time",
        "shipped",
        "delivered",
        "released",
        "finished",
        "met the date",
    ),
    "Learn and Be Curious": _compile_cues("I (?:learned|learnt|read|asked|studied|wanted to know)", "since then"),
    "Bias for Action": _compile_cues(
        "the same (?:day|evening|hour|morning|night)", "at once", "within (?:an|the) hour", "overnight", "immediately"
    ),
    "Earn Trust": _compile_cues(
        "I (?:told|admitted|said so|apologised|wrote to|showed|listened|heard)",
        "openly",
        r"honest\w*",
        "both (?:sides|results)",
    ),
    "Invent and Simplify": _compile_cues(
        r"simpl\w*", "one page", "removed", "replaced", "fewer", "merged", "automated", "instead of", "rather than"
    ),
    "Insist on the Highest Standards": _compile_cues(
        r"review\w*", "tested?", "stress", "held-out", "checked", "standard", "before (?:it|any|anything)"
    ),
    "Dive Deep": _compile_cues(
        r"analys\w*",
        "followed",
        "split",
        "logs",
        "read (?:through|every)",
        "looked (?:at|into)",
        "root",
        "traced",
        "by hand",
        r"segment\w*",
    ),
    "Have Backbone; Disagree and Commit": _compile_cues(
        r"disagree\w*", "pushed back", "I (?:held|argued|objected)", r"commit\w*", "supported", "defended"
    ),
}


def check_question(answer: Context) -> Iterator[AnswerFinding]:
    """R9: the answer contains the roles that the question needs."""
    if answer.question is None:
        return
    words = " ".join(sentence.text for sentence in answer.sentences)
    for role, cue in ROLES[answer.number].items():
        if not cue.search(words):
            reason = f"the question looks for {answer.question.looks_for}, and the answer does not contain {role}"
            near = _find_nearest(words)
            mend = f"add it, or use this answer for question {near}" if near != answer.number else "add it"
            yield answer.report_answer("R9", "error", reason, mend)


def check_principles(answer: Context) -> Iterator[AnswerFinding]:
    """R10: a principle must be shown by behaviour, not only named."""
    for principle, cue in BEHAVIOUR.items():
        named = re.search(re.escape(principle), answer.text)
        if named is None:
            continue
        rest = " ".join(s.text for s in answer.sentences if principle not in s.text)
        shown = len(cue.findall(rest))
        reason = f"{principle!r} is named" + ("" if shown else ", but no sentence shows it")
        mend = "leave the name out and describe what you did that shows it"
        yield answer.report_span("R10", "warning", *named.span(), reason, mend)


def _find_nearest(words: str) -> int:
    """Return the question with the largest share of its roles present."""
    met = {
        q.number: sum(bool(cue.search(words)) / len(ROLES[q.number]) for cue in ROLES[q.number].values())
        for q in QUESTIONS
    }
    return max(met, key=lambda number: met[number])
