"""Fourteen ways to spoil a sound answer; each says which rule must notice, and gives None where it finds no place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from benchmarks.review.sound import Sound, plain

from starcase.report.numerals import Numeral, find_numerals
from starcase.report.questions import QUESTIONS, InterviewQuestion
from starcase.report.reviewer.metrics import is_metric
from starcase.report.reviewer.question_rules import ALIKE

Rng = np.random.Generator
DIGRESSION = (
    "The weather that month was unusually fine, and the canteen had begun to serve soup on Thursdays. "
    "A neighbour of mine has a dog that used to work for the railway, which reminds me of another project entirely. "
)
HEDGES = ("sort of", "maybe", "kind of", "I guess", "in a way", "probably", "somewhat", "basically", "perhaps", "a bit")
OPPOSITES = {
    "rose": "fell",
    "fell": "rose",
    "fallen": "risen",
    "risen": "fallen",
    "dropped": "climbed",
    "climbed": "dropped",
    "went down": "went up",
    "went up": "went down",
    "came down": "came up",
    "rise": "fall",
    "had fallen": "had risen",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A spoiled answer, the question it is given for, and the rules of which one must notice."""

    text: str
    question: InterviewQuestion
    rules: frozenset[str]


def drop_section(answer: Sound, rng: Rng) -> Mutant | None:
    """Leave out one whole section."""
    sections = re.split(r"(?m)^(?=## )", answer.marked)
    gone = int(rng.integers(1, len(sections)))
    return _mutant(answer, "".join(s for i, s in enumerate(sections) if i != gone), "R1")


def strip_result_numbers(answer: Sound, rng: Rng) -> Mutant | None:
    """Take the numbers out of the result."""
    del rng
    start, end = _section(answer.text, "Result")
    part = answer.text[start:end]
    for numeral in reversed([n for n in find_numerals(part) if is_metric(n)]):
        part = part[: numeral.start] + "a good deal" + part[numeral.end :]
    return _mutant(answer, answer.text[:start] + part + answer.text[end:], "R2")


def i_to_we(answer: Sound, rng: Rng) -> Mutant | None:
    """Say "we" wherever the speaker said "I"."""
    del rng
    text = re.sub(r"\bI\b", "we", answer.text)
    text = re.sub(r"\bmyself\b", "ourselves", re.sub(r"\bmy\b", "our", re.sub(r"\bMy\b", "Our", text)))
    return _mutant(answer, re.sub(r"(^|[.!?]\s+|\n)we\b", r"\1We", text), "R5")


def scale(answer: Sound, rng: Rng) -> Mutant | None:
    """Change one measured number by 1 %, 5 % or 20 %, up or down."""
    chosen = _one(answer.text, rng)
    factor = 1 + float(rng.choice([0.01, 0.05, 0.2])) * float(rng.choice([-1, 1]))
    return _replaced(answer, chosen, _digits(chosen, factor), "R3")


def swap_metrics(answer: Sound, rng: Rng) -> Mutant | None:
    """Exchange the numbers of two metrics, units and all."""
    numbers = _numbers(answer.text)
    named = [(n, metric) for n in numbers if (metric := _metric(answer, n))]
    pairs = [(a, b) for a, one in named for b, other in named if a.start < b.start and one != other]
    if not pairs:
        return None
    first, second = pairs[int(rng.integers(len(pairs)))]
    text = answer.text
    text = text[: first.start] + second.text + text[first.end : second.start] + first.text + text[second.end :]
    return _mutant(answer, text, "R3")


def percent_to_points(answer: Sound, rng: Rng) -> Mutant | None:
    """Call a percentage points."""
    shares = [n for n in _numbers(answer.text) if n.kind == "percent"]
    if not shares:
        return None
    chosen = shares[int(rng.integers(len(shares)))]
    return _replaced(answer, chosen, chosen.text.replace("%", "percentage points"), "R3")


def flip_direction(answer: Sound, rng: Rng) -> Mutant | None:
    """Say that a measured figure went the other way."""
    start, end = _section(answer.text, "Result")
    pattern = re.compile(r"\b(" + "|".join(sorted(OPPOSITES, key=len, reverse=True)) + r")\b(?= (?:\w+ )?from \d)")
    found = list(pattern.finditer(answer.text, start, end))
    if not found:
        return None
    chosen = found[int(rng.integers(len(found)))]
    text = answer.text[: chosen.start()] + OPPOSITES[chosen[0]] + answer.text[chosen.end() :]
    return _mutant(answer, text, "R3")


def upgrade(answer: Sound, rng: Rng) -> Mutant | None:
    """Turn "no difference could be seen" into "improved"."""
    del rng
    text, count = re.subn(r"\[d ([^\]]*)\].*?\[/d\]", r"\1", answer.marked)
    return _mutant(answer, text, "R4") if count else None


def pad(answer: Sound, rng: Rng) -> Mutant | None:
    """Digress until nobody listens."""
    del rng
    start, _ = _section(answer.text, "Action")
    return _mutant(answer, answer.text[:start] + DIGRESSION * 8 + answer.text[start:], "R7")


def swap_question(answer: Sound, rng: Rng) -> Mutant | None:
    """Give the answer to another question; a greatest failure answers a failure, and is not exchanged with it."""
    mine = answer.question.number
    others = [q for q in QUESTIONS if q.number != mine and frozenset({q.number, mine}) not in ALIKE]
    return Mutant(answer.text, others[int(rng.integers(len(others)))], frozenset({"R9"}))


def name_principle(answer: Sound, rng: Rng) -> Mutant | None:
    """Name the principle in place of what showed it."""
    del rng
    text = re.sub(
        r"\[p\].*?\[/p\]",
        f"In all of this there was a great deal of {answer.principle}.",
        answer.marked,
        flags=re.DOTALL,
    )
    return _mutant(answer, text, "R10")


def drop_behaviour(answer: Sound, rng: Rng) -> Mutant | None:
    """Leave the lesson and take away what has changed."""
    del rng
    return _mutant(answer, re.sub(r"\s*\[b\].*?\[/b\]", "", answer.marked, flags=re.DOTALL), "R11")


def add_hedges(answer: Sound, rng: Rng) -> Mutant | None:
    """Hedge eight times."""
    return _mutant(answer, hedged(answer.text, 8, rng), "R8")


def contradict(answer: Sound, rng: Rng) -> Mutant | None:
    """Repeat a figure with another value."""
    start, end = _section(answer.text, "Result")
    numbers = [n for n in _numbers(answer.text) if start <= n.start < end]
    chosen = numbers[int(rng.integers(len(numbers)))]
    metric = _metric(answer, chosen)
    if metric is None:
        return None
    said = f" So the {metric} stood at {_digits(chosen, 1.23)}."
    return _mutant(answer, answer.text[:end].rstrip() + said + "\n\n" + answer.text[end:], "R14")


def hedged(text: str, times: int, rng: Rng) -> str:
    """The text with hedges before verbs of the speaker."""
    places = [m.end() for m in re.finditer(r"\bI(?= [a-z])", text)]
    chosen = sorted(
        (places * times)[:times] if len(places) < times else rng.choice(places, times, replace=False), reverse=True
    )
    for n, place in enumerate(chosen):
        text = f"{text[:place]} {HEDGES[n % len(HEDGES)]}{text[place:]}"
    return text


MUTATORS: Mapping[str, Callable[[Sound, Rng], Mutant | None]] = {
    mutator.__name__: mutator
    for mutator in (
        drop_section,
        strip_result_numbers,
        i_to_we,
        scale,
        swap_metrics,
        percent_to_points,
        flip_direction,
        upgrade,
        pad,
        swap_question,
        name_principle,
        drop_behaviour,
        add_hedges,
        contradict,
    )
}


def _mutant(answer: Sound, marked: str, rule: str) -> Mutant:
    return Mutant(plain(marked), answer.question, frozenset({rule}))


def _numbers(text: str) -> list[Numeral]:
    return [n for n in find_numerals(text) if is_metric(n)]


def _one(text: str, rng: Rng) -> Numeral:
    numbers = _numbers(text)
    return numbers[int(rng.integers(len(numbers)))]


def _replaced(answer: Sound, numeral: Numeral, new: str, rule: str) -> Mutant:
    return _mutant(answer, answer.text[: numeral.start] + new + answer.text[numeral.end :], rule)


def _digits(numeral: Numeral, factor: float) -> str:
    """The number changed, in its own writing, with a decimal more where the change would not show."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?", numeral.text)
    assert found is not None
    old = float(found[0].replace(",", ""))
    decimals = len(found[0].partition(".")[2])
    new = f"{old * factor:,.{decimals}f}"
    while float(new.replace(",", "")) == old:
        decimals += 1
        new = f"{old * factor:,.{decimals}f}"
    return numeral.text.replace(found[0], new)


def _metric(answer: Sound, numeral: Numeral) -> str | None:
    start = answer.text.rfind(".", 0, numeral.start)
    words = answer.text[max(start, 0) : numeral.end].lower()
    named = [(words.rfind(f.metric), f.metric) for f in answer.facts if f.metric in words]
    return max(named)[1] if named else None


def _section(text: str, name: str) -> tuple[int, int]:
    start = text.index(f"## {name}\n") + len(name) + 4
    end = text.find("\n## ", start)
    return start, len(text) if end < 0 else end
