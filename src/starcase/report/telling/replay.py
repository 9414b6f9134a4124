"""Claims of a replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ChoiceRecord, ContestRecord, ReplayRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.pieces import (
    Break,
    Name,
    Piece,
    Quote,
    Sentence,
    fill,
    format_cell,
    format_count,
    format_figure,
    format_moment,
    join_list,
)
from starcase.report.records import AFTER, BEFORE, Records
from starcase.report.telling.settings import describe_settings

SETTINGS = (
    "rollout.alpha", "rollout.margin", "rollout.minimum_decisions", "rollout.minimum_outcomes",
    "rollout.shadow_coverage", "guardrails", "guards",
)  # fmt: skip
LESS, RELATIVE = " less ", "change relative to "
HEAD = ("on every request", "champion", "challenger", "difference", "relative", "units")


def describe_replay(records: Records, entry: Entry, record: ReplayRecord) -> Iterator[Claim]:
    """Claims on the replayed period, the served decisions, and every measured figure."""
    at = entry.id
    said = fill(
        "From {} to {} history was served as live traffic: {} decisions were taken, and {} outcomes became known.",
        format_moment(f"{at}#since", record.since),
        format_moment(f"{at}#until", record.until),
        format_count(value(f"{at}#decisions"), record.decisions, "decisions"),
        format_count(value(f"{at}#outcomes"), record.outcomes, "outcomes"),
    )
    yield Claim(section="result", topic="replay", kind="count", sentence=said, weight=2)
    if record.ended:
        early = fill("The replay could not go on: {}", Quote(record.ended, f"{at}#ended"))
        yield Claim(section="result", topic="replay", kind="quote", sentence=early, weight=3)
    yield from describe_settings(entry, record.settings, SETTINGS, topic="replay", words="The replay was held with {}.")
    named = {shown.name: place for place, shown in enumerate(record.figures)}
    pairs = _find_pairs(record.figures)
    for metric, (champion, challenger) in pairs.items():
        names = (
            f"{metric}, {champion}",
            f"{metric}, {challenger}",
            f"{metric}, {challenger}{LESS}{champion}",
            f"{metric}, {RELATIVE}{champion}",
        )
        yield _build_row(record, at, [named.pop(name, None) for name in names])
    if pairs and records.select(ReplayRecord)[-1][0] is entry:
        yield from _describe_decisive(records, entry, record, pairs)
    for place in named.values():
        where = f"{at}#figures.{place}"
        row = fill(
            "{}{}{}",
            Name(record.figures[place].name, f"{where}.name"),
            Break(),
            format_cell(record.figures[place], where),
        )
        yield Claim(
            section="result", topic="replay", kind="value", sentence=row, form="row", head=("replayed", "value")
        )
    yield from _describe_undefined(record, at)


def _describe_undefined(record: ReplayRecord, at: str) -> Iterator[Claim]:
    """Claims on the figures without a value in the period, each with its reason."""
    for place, missing in enumerate(record.undefined):
        where = f"{at}#undefined.{place}"
        name, why = Name(missing.figure, f"{where}.figure"), Quote(missing.why, f"{where}.why")
        said = fill("{} has no value here: {}", name, why)
        yield Claim(section="result", topic="replay", kind="quote", sentence=said, form="item")


def _find_pairs(figures: tuple[Figure, ...]) -> Mapping[str, tuple[str, str]]:
    """Champion and challenger of each metric that was compared, from the name of its difference."""
    found = {}
    for shown in figures:
        metric, _, rest = shown.name.partition(", ")
        challenger, less, champion = rest.partition(LESS)
        if less:
            found[metric] = (champion, challenger)
    return found


def _build_row(record: ReplayRecord, at: str, places: list[int | None]) -> Claim:
    gap = next(place for place in places[2:] if place is not None)
    pieces: list[Piece] = [Name(record.figures[gap].name.partition(", ")[0], f"{at}#figures.{gap}.name.{BEFORE}")]
    for column, place in enumerate(places):
        cell: Sentence = ("",)
        if place is not None:
            changes = column > 1
            shown, where = record.figures[place], f"{at}#figures.{place}"
            cell = format_cell(shown, where, signed=changes, difference=column == 2)  # noqa: PLR2004 - the difference
        pieces += [Break(), *cell]
    n = record.figures[gap].n
    pieces += [Break(), "" if n is None else format_count(value(f"{at}#figures.{gap}.n"), n, "units")]
    return Claim(section="result", topic="replay", kind="value", sentence=tuple(pieces), form="row", head=HEAD)


def _describe_decisive(
    records: Records, entry: Entry, record: ReplayRecord, pairs: Mapping[str, tuple[str, str]]
) -> Iterator[Claim]:
    """The deciding figures without a verdict: the objective and the criteria of the last choice."""
    at, wanted = entry.id, _find_decisive_metrics(records, entry)
    named = {shown.name: place for place, shown in enumerate(record.figures)}
    parts: list[Sentence] = []
    first = 0
    for metric, (champion, challenger) in pairs.items():
        gap = named[f"{metric}, {challenger}{LESS}{champion}"]
        place = named.get(f"{metric}, {RELATIVE}{champion}", gap) if parts else gap
        if metric in wanted or not wanted:
            shown, where = record.figures[place], f"{at}#figures.{place}"
            told = format_figure(shown, where, signed=True, difference=place == gap)
            parts.append(fill("{} {}", Name(metric, f"{where}.name.{BEFORE}"), told))
            first = first or gap
    if parts:
        pair = Name(record.figures[first].name.partition(", ")[2], f"{at}#figures.{first}.name.{AFTER}", code=True)
        said = fill("Measured on every request of the replay, {}: {}.", pair, join_list(parts))
        yield Claim(section="result", topic="replay", kind="change", sentence=said, brief=said, weight=4, aloud=True)


def _find_decisive_metrics(records: Records, entry: Entry) -> frozenset[str]:
    contests = [r.objective for e, r in records.select(ContestRecord) if e.seq < entry.seq][-1:]
    choices = [r.criteria for e, r in records.select(ChoiceRecord) if e.seq < entry.seq][-1:]
    return frozenset([*contests, *(name for criteria in choices for name in criteria)])
