"""Matching of an answer's numbers to facts: by metric, arm, unit and direction, never by value only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starcase.evidence import codec
from starcase.evidence.figure import is_difference
from starcase.report.escaping import format_identifier, sanitize
from starcase.report.narrative import build_narrative
from starcase.report.numerals import Numeral
from starcase.report.pieces import Number, Quote
from starcase.report.records import Records
from starcase.report.reviewer import lexicon

_WORD = re.compile(r"[a-zA-Z][a-z]+(?:-[a-z]+)?|[A-Z]{2,}")
_LITTLE = (
    "the of in a an and or to for with by on at from per was is were be its their our my it that this than no not "
    "before after each share number rate difference"
)
_STOP = frozenset(_LITTLE.split())
_MOVES = "rose|fell|went|dropped|climbed|grew|from|stood|shrank|came|declined"
_CLAUSE = re.compile(
    r"[;:]|,\s+(?=and|but|while|whereas|so|which)|\s+(?=and the |while |whereas |but )"
    rf"|\s+and\s+(?=\w+(?: \w+){{0,4}}? (?:{_MOVES})\b)"
)
_COUNTED = {"count": "count", "share": "share", "points": "points", "plain": "count"}
_INTERVAL = re.compile(r"\b(?:interval|confidence|between|give or take|margin of error)\b|\[", re.IGNORECASE)
_LEVEL = re.compile(r"\s+(?:confidence |credible )?interval\b", re.IGNORECASE)
LESS = " less "
GAPS = frozenset({"difference", "adjusted", "corrected", "shrunk"})
_ARMS = ("candidate", "arm", "challenger", "model")
_SCALES = {"s": 1e6, "ms": 1e3, "us": 1.0, "min": 60e6, "h": 3600e6, "d": 86400e6, "week": 604800e6}
_UNITS = {"hours": "h", "minutes": "min", "days": "d", "seconds": "s", "weeks": "week", "µs": "us"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A recorded number that an answer may use.

    Args:
        metric: what is measured, in words.
        arm: of which model, group or time.
        value: as recorded, a share between 0 and 1.
        unit: ``"share"``, ``"EUR"``, ``"ms"``, ``"count"``...
        low: lower end of its interval.
        high: upper end.
        level: coverage of the interval.
        source: its reference.
        experiment: whether a randomised experiment measured it.
    """

    metric: str
    arm: str = ""
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    source: str = ""
    experiment: bool = False

    @property
    def words(self) -> frozenset[str]:
        """The stems by which the metric is recognised."""
        return extract_stems(self.metric)

    @property
    def gap(self) -> bool:
        """Whether it is a difference; differences of shares are given in percentage points."""
        return is_difference(self.metric) or LESS in self.arm

    @property
    def open(self) -> bool:
        """Whether it is a difference whose interval contains zero."""
        return self.gap and self.low is not None and self.high is not None and self.low <= 0 <= self.high


def collect_facts(records: Records) -> tuple[Fact, ...]:
    """Return every figure of a ledger as a fact; in a journal the arm follows the comma: ``"error, model before"``."""
    found = []
    for entry in records.entries:
        for path, figure in codec.iterate_figures(entry.record):
            metric, _, arm = figure.name.partition(", ")
            found.append(
                Fact(
                    metric=format_identifier(metric),
                    arm=arm or _find_arm(entry.record, path),
                    value=figure.value,
                    unit=figure.unit,
                    low=figure.low,
                    high=figure.high,
                    level=figure.level or 0.95,
                    source=f"{entry.id}#{path}",
                    experiment=figure.evidence_class == "experiment",
                )
            )
    return (*found, *_collect_counts(records))


def _collect_counts(records: Records) -> Iterator[Fact]:
    """Return counts and settings as facts: rows, decisions, gates, shares of units, margins."""
    for claim in build_narrative(records).claims:
        for number in (*claim.numbers, *(piece for piece in claim.brief if isinstance(piece, Number))):
            unit = _COUNTED.get(number.shape.style, "")
            if unit and number.about and ", " not in number.about:
                shown = 100 * number.shown if unit == "points" else number.shown
                plain = number.shape.unit if number.shape.style == "plain" else unit
                yield Fact(metric=number.about, value=shown, unit=plain or "count", source=str(number.source))


def collect_quotes(records: Records) -> frozenset[str]:
    """Return all quoted texts of people and records."""
    taken = [piece for claim in build_narrative(records).claims for piece in claim.taken]
    return frozenset(sanitize(piece.text) for piece in taken if isinstance(piece, Quote))


def extract_stems(text: str) -> frozenset[str]:
    """Return the stems of content words, so that inflected forms match."""
    return frozenset(w.lower()[:5] for w in _WORD.findall(text) if w.lower() not in _STOP)


def find_clause(text: str, numeral: Numeral) -> tuple[int, int]:
    """Return the bounds of the clause around a number."""
    cuts = [0, *(m.start() for m in _CLAUSE.finditer(text)), len(text)]
    start = max(cut for cut in cuts if cut <= numeral.start)
    return start, min(cut for cut in cuts if cut >= numeral.end)


def find_nearest_facts(text: str, numeral: Numeral, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the facts of the metric named near a number; empty if none is named.

    The clause of the number comes first; where it names no metric, the whole sentence is heard.
    """
    start, end = find_clause(text, numeral)
    for part in (text[start:end], text[:end], text):
        heard = extract_stems(part)
        scores = {fact.metric: len(fact.words & heard) / max(1, len(fact.words)) for fact in facts}
        best = max(scores.values(), default=0.0)
        if best >= 0.5:  # noqa: PLR2004 - half of the words that name a metric
            return tuple(fact for fact in facts if scores[fact.metric] == best)
    return ()


def is_value_of(fact: Fact, numeral: Numeral) -> bool:
    """Whether a number could be this fact, rounded as it is written."""
    if fact.unit == "share" and fact.gap != (numeral.kind == "points"):
        return False
    return any(
        _has_size(numeral, x) if fact.gap else numeral.can_show(x)
        for x in _convert_value(fact.value, fact.unit, numeral)
    )


def is_bound_of(fact: Fact, numeral: Numeral, text: str) -> bool:
    """Return whether a number is given as an end of the fact's interval, or as its level."""
    if fact.low is None or fact.high is None or not _INTERVAL.search(text):
        return False
    if numeral.kind == "percent" and _LEVEL.match(text, numeral.end):
        return numeral.can_show(100 * fact.level)
    ends = (replace(fact, value=fact.low), replace(fact, value=fact.high))
    return any(is_value_of(end, numeral) for end in ends)


def find_changes(facts: Sequence[Fact], numeral: Numeral, text: str) -> Iterator[tuple[float, Fact, Fact]]:
    """Changes between two facts of one metric that the number could be, with their sign.

    A change in the metric's own unit is one only where the words say "by".
    """
    by = text[: numeral.start].rstrip().endswith(" by")
    for now in facts:
        for base in facts:
            if now is base or now.metric != base.metric or now.unit != base.unit:
                continue
            change = now.value - base.value
            if base.value > 0 and numeral.kind == "percent" and _has_size(numeral, 100 * change / base.value):
                yield change, now, base
            if now.unit == "share" and numeral.kind == "points" and _has_size(numeral, 100 * change):
                yield change, now, base
            if base.value > 0 and numeral.kind == "fold" and numeral.can_show(now.value / base.value):
                yield change, now, base
            if (
                by
                and now.unit != "share"
                and any(_has_size(numeral, x) for x in _convert_value(change, now.unit, numeral))
            ):
                yield change, now, base


def detect_direction(text: str, numeral: Numeral) -> int:
    """1 where the words before a number in its clause say up, -1 where they say down, 0 where neither or both."""
    start, end = find_clause(text, numeral)
    words = text[start:end]
    up, down = bool(lexicon.UP.search(words)), bool(lexicon.DOWN.search(words))
    return int(up) - int(down)


def _has_size(numeral: Numeral, value: float) -> bool:
    return numeral.can_show(value) or numeral.can_show(-value)


def _convert_value(value: float, unit: str, numeral: Numeral) -> tuple[float, ...]:
    unit = _UNITS.get(unit, unit)
    if unit == "share":
        written = {"percent": 100 * value, "ratio": value, "points": 100 * value}.get(numeral.kind)
        return () if written is None else (written,)
    if unit == "points":
        return (value,) if numeral.kind == "points" else ()
    if numeral.kind == "time" and unit in _SCALES and numeral.unit in _SCALES:
        return (value * _SCALES[unit] / _SCALES[numeral.unit],)
    if numeral.kind in {"money", "quantity", "time"}:
        return (value,) if numeral.unit == unit else ()
    return (value,) if numeral.kind in {"plain", "fold"} else ()


def _find_arm(record: Any, path: str) -> str:
    value, arm = record, ""
    for step in path.split("."):
        if step in GAPS:
            return f"{getattr(value, 'candidate', 'challenger')}{LESS}{getattr(value, 'against', 'champion')}"
        arm = next((str(getattr(value, name)) for name in _ARMS if getattr(value, name, "")), arm)
        value = value[int(step)] if step.isdecimal() else getattr(value, step)
    return arm
