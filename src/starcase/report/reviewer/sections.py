"""Assignment of sentences to sections, by cue words and the usual order of sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from starcase.report.claim import SECTIONS, Section
from starcase.report.reviewer import lexicon
from starcase.report.reviewer.answer import Sentence
from starcase.report.reviewer.metrics import is_metric

SKIP = 2.5  # what leaving out a part costs
BACK = 6.0  # what going back to an earlier part costs
LATE = 1.0  # what beginning with a later part costs
EARLY, LATER, ENDING = 0.2, 0.5, 0.77
SURE = {"situation": 0.0, "task": 2.0, "action": 1.5, "result": 3.3, "reflection": 2.0}  # told from this cue on


def assign_sections(found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences with their sections: the most likely path through five states (Viterbi, 1967)."""
    if not found:
        return []
    scores = [score_sections(sentence, place / max(1, len(found) - 1)) for place, sentence in enumerate(found)]
    best = [{s: scores[0][s] - LATE * i for i, s in enumerate(SECTIONS)}]
    came: list[dict[Section, Section]] = []
    for score in scores[1:]:
        before = best[-1]
        arrival = {to: _find_predecessor(before, to) for to in SECTIONS}
        came.append(arrival)
        best.append({to: before[start] - _compute_cost(start, to) + score[to] for to, start in arrival.items()})
    path = [max(SECTIONS, key=lambda s: best[-1][s])]
    for arrival in reversed(came):
        path.append(arrival[path[-1]])
    return [replace(sentence, section=section) for sentence, section in zip(found, reversed(path), strict=True)]


def find_missing(found: Sequence[Sentence]) -> list[Section]:
    """Return the sections without a sentence that has their cue; a situation only needs to come first."""
    there: set[Section] = set()
    for place, sentence in enumerate(found):
        if score_sections(sentence, place / max(1, len(found) - 1))[sentence.section] >= SURE[sentence.section]:
            there.add(sentence.section)
    return [section for section in SECTIONS if section not in there]


def score_sections(sentence: Sentence, place: float) -> dict[Section, float]:
    """Return the score of a sentence for each section.

    Args:
        sentence: to look at.
        place: its position in the answer, 0 to 1.
    """
    words = sentence.own
    reflects, tasks = bool(lexicon.REFLECTION.search(words)), bool(lexicon.TASK.search(words))
    acts = bool(lexicon.ACTED.search(words))
    numbers = sum(is_metric(numeral) for numeral in sentence.numerals)
    results = bool(lexicon.RESULT.search(words)) + bool(lexicon.MOVED.search(words)) + min(numbers, 2)
    early, late = place < EARLY, place > LATER
    return {
        "situation": 1.5 * (not acts and not tasks and not reflects) + 1.5 * early - 2.0 * late,
        "task": 4.0 * tasks - 1.0 * late,
        "action": 2.0 * acts - 2.0 * reflects - 1.0 * tasks + 0.5 * (not early and place < ENDING),
        "result": 1.2 * results + 1.0 * late - 1.5 * reflects - 1.0 * early,
        "reflection": 5.0 * reflects + 0.5 * (place > ENDING) - 2.0 * (not late),
    }


def _find_predecessor(before: Mapping[Section, float], to: Section) -> Section:
    return max(SECTIONS, key=lambda start: before[start] - _compute_cost(start, to))


def _compute_cost(start: Section, to: Section) -> float:
    return _COSTS[start, to]


_PLACES = {section: place for place, section in enumerate(SECTIONS)}
_COSTS = {
    (a, b): BACK if _PLACES[b] < _PLACES[a] else SKIP * max(0, _PLACES[b] - _PLACES[a] - 1)
    for a, b in product(SECTIONS, SECTIONS)
}
