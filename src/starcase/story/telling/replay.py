"""A stretch of history served as live traffic, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ReplayRecord
from starcase.story.claim import Claim
from starcase.story.expression import value
from starcase.story.pieces import Break, Name, Piece, Sentence, compact, count, figure, moment, say
from starcase.story.records import AFTER, BEFORE, Records

LESS, RELATIVE = " less ", "change relative to "
HEAD = ("on every request", "champion", "challenger", "difference", "relative")


def tell_replay(records: Records, entry: Entry, record: ReplayRecord) -> Iterator[Claim]:
    """From when to when, how much was served, and every figure that was measured."""
    del records
    at = entry.id
    said = say(
        "From {} to {} history was served as live traffic: {} decisions were taken, and {} outcomes became known.",
        moment(f"{at}#since", record.since),
        moment(f"{at}#until", record.until),
        count(value(f"{at}#decisions"), record.decisions, "decisions"),
        count(value(f"{at}#outcomes"), record.outcomes, "outcomes"),
    )
    yield Claim(section="result", topic="replay", kind="count", sentence=said, weight=2)
    named = {shown.name: place for place, shown in enumerate(record.figures)}
    pairs = _pairs(record.figures)
    for metric, (champion, challenger) in pairs.items():
        names = (
            f"{metric}, {champion}",
            f"{metric}, {challenger}",
            f"{metric}, {challenger}{LESS}{champion}",
            f"{metric}, {RELATIVE}{champion}",
        )
        yield _row(record, at, [named.pop(name, None) for name in names])
    for place in [i for i, shown in enumerate(record.figures) if LESS in shown.name][:1]:
        yield _sentence(record, at, place)
    for place in named.values():
        where = f"{at}#figures.{place}"
        row = say(
            "{}{}{}", Name(record.figures[place].name, f"{where}.name"), Break(), compact(record.figures[place], where)
        )
        yield Claim(
            section="result", topic="replay", kind="value", sentence=row, form="row", head=("replayed", "value")
        )


def _pairs(figures: tuple[Figure, ...]) -> Mapping[str, tuple[str, str]]:
    """Champion and challenger of each metric that was compared, from the name of its difference."""
    found = {}
    for shown in figures:
        metric, _, rest = shown.name.partition(", ")
        challenger, less, champion = rest.partition(LESS)
        if less:
            found[metric] = (champion, challenger)
    return found


def _row(record: ReplayRecord, at: str, places: list[int | None]) -> Claim:
    gap = next(place for place in places[2:] if place is not None)
    pieces: list[Piece] = [Name(record.figures[gap].name.partition(", ")[0], f"{at}#figures.{gap}.name.{BEFORE}")]
    for column, place in enumerate(places):
        cell: Sentence = ("",)
        if place is not None:
            changes = column > 1
            shown, where = record.figures[place], f"{at}#figures.{place}"
            cell = compact(shown, where, signed=changes, difference=column == 2)  # noqa: PLR2004 - the difference
        pieces += [Break(), *cell]
    return Claim(section="result", topic="replay", kind="value", sentence=tuple(pieces), form="row", head=HEAD)


def _sentence(record: ReplayRecord, at: str, place: int) -> Claim:
    """The difference in words without a verdict: a replay measures it, and nothing was fixed beforehand."""
    shown, where = record.figures[place], f"{at}#figures.{place}"
    metric, _, pair = shown.name.partition(", ")
    said = say(
        "On every request of the replay, {} in {} was {}.",
        Name(pair, f"{where}.name.{AFTER}", code=True),
        Name(metric, f"{where}.name.{BEFORE}"),
        figure(shown, where, signed=True, difference=True),
    )
    return Claim(section="result", topic="replay", kind="change", sentence=said)
