"""Patterns that recognise sections, hedges and secrets."""

from __future__ import annotations

import re


def _compile_words(*parts: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(parts) + r")\b", re.IGNORECASE)


TASK = _compile_words(
    r"(?:my|our) (?:job|task|goal|aim|role|part|assignment|brief|responsibility|mandate|charge)(?: then)? was",
    r"(?:I|we) (?:was|were) (?:asked|told|responsible|to|in charge|charged|accountable)",
    r"(?:I|we) (?:was|were) (?:assigned|given|expected|supposed)",
    r"(?:I|we) (?:owned|had to|needed to|promised|was made|took over|undertook|took it on|took on)",
    r"it (?:was my|fell to|was up to|was on)",
    "the (?:goal|aim|task|target|question|objective|guardrail) was",
    "asked me to",
    "what was wanted of me",
    "(?:I|we) set (?:myself|ourselves|out)",
    "was mine to",
)
REFLECTION = _compile_words(
    r"(?:I|we) (?:have )?(?:learned|learnt)",
    "looking back",
    "since then",
    "ever since",
    "next time",
    "the lesson",
    r"(?:I|we) took from",
    r"(?:it|this|that) taught (?:me|us)",
    "from then on",
    r"these days (?:I|we)",
    r"(?:today|now),? (?:I|we)",
    r"(?:I|we) now",
    "what I (?:took|learned|kept)",
    "in hindsight",
    "it showed me",
    r"(?:I|we) (?:came to see|understood afterwards|would do)",
    "what stayed with me",
    "to this day",
)
BEHAVIOUR = _compile_words(
    "since then",
    "ever since",
    "from then on",
    r"(?:today|now),? (?:I|we)",
    r"(?:I|we) now",
    "next time",
    r"these days (?:I|we)",
    "to this day",
    r"every \w+ (?:I|we) (?:have )?(?:start|begin|lead|ship|write|run)\w*",
    "has (?:stayed|held|been used) since",
    "in each \\w+ since",
    "on every project since",
)
LEARNED = _compile_words(
    r"(?:I|we) (?:have )?(?:learned|learnt)",
    "the lesson",
    r"taught (?:me|us)",
    "looking back",
    "in hindsight",
    r"(?:I|we) took from",
    "what I (?:took|learned|kept)",
    "it showed me",
    r"(?:I|we) came to see",
    r"(?:I|we) understood afterwards",
    "what stayed with me",
)
RESULT = _compile_words(
    "as a result",
    "in the end",
    "afterwards",
    "went live",
    "the outcome",
    "(?:it|that|which) (?:meant|brought|cut|saved)",
    "after the (?:launch|change|move|release|switch|test|season|first)",
    "the result",
    "by the (?:end|summer|spring|autumn)",
    "within (?:a|two|three|four|six|the) (?:week|month|quarter|year|day)s?",
    "came of it",
    "could be (?:seen|shown|measured)",
    "paid off",
    "what came",
    "from .{1,60}? to .{1,30}?",
    "a (?:month|quarter|year|week) later",
    "when it was over",
    r"(?:two|three|four|six) (?:weeks|months|quarters) later",
)
MOVED = _compile_words(
    "rose",
    "fell",
    "dropped",
    "climbed",
    "grew",
    "shrank",
    "went (?:up|down|from)",
    "declined",
    "improved",
    "stood at",
    "came (?:down|up)",
    "increased",
    "decreased",
    "was (?:down|up)",
    "reached",
    "halved",
    "doubled",
    "sank",
    "cost (?:us|the)",
    "lost",
)
_NO_STEP = "was|were|had|am|have|learned|learnt|now|would|could|did not|knew|felt|thought|owned|promised|needed"
_PAST = "ed|t|d|k|de|te|ve|ke|w|n|g|m|ew|id|ut|et|ught|ound|ell|poke|ose|ook|an"
ACTED = re.compile(
    r"\b(I|we)\s+(?:then |also |first |therefore |finally |quickly |personally |deliberately )?"
    rf"(?!(?:{_NO_STEP})\b)([a-z]+(?:{_PAST})?)\b"
)
HEDGES = _compile_words(
    "sort of",
    "kind of",
    "maybe",
    "perhaps",
    "I guess",
    "I would say",
    "in a way",
    "probably",
    "more or less",
    "basically",
    "somewhat",
    "I think",
    "you know",
    "I suppose",
    "like I said",
    "a bit",
    "or something",
    "actually",
    "pretty much",
    "somehow",
)
REJECTED = _compile_words(
    "instead of",
    "rather than",
    "dropped",
    "rejected",
    "turned down",
    "decided against",
    "ruled out",
    "gave up",
    "and not",
    "set aside",
    "against the",
    "over the",
    "said no",
    "refused",
    "chose not",
)
STRONG = _compile_words(r"significan\w*", r"prov(?:ed|es|en)", r"caus(?:ed|es)")
POSITIVE = _compile_words(
    r"improv(?:ed|es|ement)\w*",
    "better",
    r"outperform\w*",
    "won",
    "beat",
    "rose",
    "grew",
    "gained",
    "up",
    "increased",
    "boosted",
    "fewer",
    "faster",
)
UP = _compile_words(
    "rose",
    "risen",
    "rise",
    "came up",
    "climbed",
    "grew",
    "went up",
    "increased",
    "higher",
    "more",
    "up",
    "gained",
    "slower",
    "longer",
    "doubled",
    "tripled",
)
DOWN = _compile_words(
    "fell",
    "fallen",
    "fall",
    "dropped",
    "declined",
    "shrank",
    "went down",
    "gone down",
    "sunk",
    "decreased",
    "lower",
    "fewer",
    "less",
    "down",
    "lost",
    "faster",
    "sank",
    "shorter",
    "cut",
    "reduced",
    "halved",
    "came down",
)
SECRETS = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|\b(?:sk|ghp|AKIA|xox[bp])[-_A-Za-z0-9]{12,}"
    r"|\+?\d[\d ()/-]{8,}\d(?=\D|$)|\bpassword\s*[:=]"
)
I_SUBJECT = re.compile(r"(?<![\w(])I(?![\w).])(?:'(?:d|ve|m|ll))?")
WE_SUBJECT = re.compile(r"\b(?:[Ww]e|[Oo]ur team|[Tt]he team|[Mm]y team)\b")
