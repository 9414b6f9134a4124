"""Claims that compare the recommended candidate with all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from starcase.evidence import Entry
from starcase.evidence.records import ComparisonFigure, ContestRecord
from starcase.report.claim import Claim, Section
from starcase.report.claim_rules import find_test, is_licensed
from starcase.report.pieces import Break, ClaimVerb, Name, Sentence, fill, format_cell, format_figure
from starcase.report.records import Records

HEAD = ("candidate", "against", "in", "difference, over all pairs", "what is shown")


def describe_comparisons(records: Records, entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """Sentences on the objective against the incumbent and the best other candidate; rows for every selected pair."""
    mine = [i for i, c in enumerate(record.comparisons) if record.recommended in {c.candidate, c.against}]
    told = _select_pairs(record, [i for i in mine if record.comparisons[i].metric == record.objective])
    section = _select_section(records, entry)
    for place in told:
        where = f"{entry.id}#comparisons.{place}"
        yield replace(_describe_pair(records, where, record.comparisons[place]), section=section)
    for place in mine if len(mine) > len(told) else ():
        where = f"{entry.id}#comparisons.{place}"
        yield replace(_build_row(records, where, record.comparisons[place]), section=section)


def _select_section(records: Records, entry: Entry) -> Section:
    """Return the section: action; result for the last contest if no model met traffic."""
    last = records.last(ContestRecord)
    return "result" if last is not None and last[0] is entry and not records.met_traffic else "action"


def _select_pairs(record: ContestRecord, places: list[int]) -> list[int]:
    """Return the pairs with the incumbent and with the best other candidate; every pair if there are few."""
    incumbent = {s.candidate for s in record.standings if s.role == "incumbent"} - {record.recommended}
    values = {s.candidate: f.value for s in record.standings for f in s.figures if f.name == record.objective}
    sign = 1.0 if record.direction == "higher" else -1.0

    def other(place: int) -> str:
        pair = record.comparisons[place]
        return pair.against if pair.candidate == record.recommended else pair.candidate

    best = max((other(i) for i in places), key=lambda name: sign * values.get(name, 0.0), default="")
    return [i for i in places if other(i) in incumbent | {best}]


def _describe_pair(records: Records, where: str, comparison: ComparisonFigure) -> Claim:
    difference = _format_difference(comparison, where)
    one = Name(comparison.candidate, f"{where}.candidate", code=True)
    other = Name(comparison.against, f"{where}.against", code=True)
    metric = Name(comparison.metric, f"{where}.metric")
    word = _select_word(records, where)
    test = find_test(records, where)
    if word in {"better", "worse"}:
        words = "Offline, on the same rows, {} was {} than {} in {}: the difference is {}."
        said = fill(words, one, ClaimVerb(word, where), other, metric, difference)
    elif word and test is not None and test.direction:
        words = "{} between {} and {} in {} is left once every pair is accounted for: it is {}."
        said = fill(words, ClaimVerb(word, where), one, other, metric, difference)
    elif word:
        words = "{} between {} and {} in {} could be shown: it is {}."
        said = fill(words, ClaimVerb(word, where), one, other, metric, difference)
    else:
        said = fill("Between {} and {}, {} differs by {}.", one, other, metric, difference)
    return Claim(section="action", topic="contest", kind="comparison", sentence=said, weight=3, form="item")


def _build_row(records: Records, where: str, comparison: ComparisonFigure) -> Claim:
    field = "difference" if comparison.adjusted is None else "adjusted"
    word = _select_word(records, where)
    row = fill(
        "{}{}{}{}{}{}{}{}{}",
        Name(comparison.candidate, f"{where}.candidate", code=True),
        Break(),
        Name(comparison.against, f"{where}.against", code=True),
        Break(),
        Name(comparison.metric, f"{where}.metric"),
        Break(),
        format_cell(comparison.shown, f"{where}.{field}", signed=True, difference=True),
        Break(),
        ClaimVerb(word, where) if word else "not tested",
    )
    return Claim(section="action", topic="contest", kind="comparison", sentence=row, weight=2, form="row", head=HEAD)


def _select_word(records: Records, where: str) -> str:
    """The strongest word the comparison licenses."""
    test = find_test(records, where)
    return next((w for w in ("better", "worse", "no difference") if test is not None and is_licensed(w, test)), "")


def _format_difference(comparison: ComparisonFigure, where: str) -> Sentence:
    """Return the difference with the adjusted interval of the verdict; with the unadjusted one in older ledgers."""
    if comparison.adjusted is None:
        return format_figure(comparison.difference, f"{where}.difference", signed=True, difference=True)
    return format_figure(comparison.adjusted, f"{where}.adjusted", signed=True, difference=True, over="over all pairs")
