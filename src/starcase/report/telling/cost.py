"""Claims on the candidates' costs and the Pareto front."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry, Figure
from starcase.evidence.records import CandidateCost, CostRecord
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import Shape
from starcase.report.pieces import Break, Name, Piece, Quote, fill, format_cell, format_figure, format_number, join_list
from starcase.report.records import Records
from starcase.report.telling.claim_answer import describe_claim_answer
from starcase.report.telling.growth import describe_growth

FRONT = ("candidate", "on the front, of draws", "for what")
FRONT_SHARE = Shape(style="share")
COLUMNS = {
    "fit time": "fitted in",
    "fit memory": "memory",
    "p50 latency": "median answer",
    "p99 latency": "tail of the answers",
    "artefact size": "stored model",
    "load a core": "load a core",
}


def describe_cost(records: Records, entry: Entry, record: CostRecord) -> Iterator[Claim]:
    """One row a candidate; one column a cost if all candidates have the same costs."""
    del records
    at = entry.id
    names = {tuple(f.name for f in cost.figures) for cost in record.costs}
    columns = next(iter(names)) if len(names) == 1 else ()
    known = bool(columns) and set(columns) <= set(COLUMNS)
    for place, cost in enumerate(record.costs):
        where = f"{at}#costs.{place}"
        pieces = _format_columns(cost, where) if known else _format_costs(cost, where)
        head = ("candidate", *(COLUMNS[name] for name in columns)) if known else ("candidate", "cost")
        yield Claim(section="action", topic="cost", kind="value", sentence=pieces, weight=1, form="row", head=head)
    yield from _describe_front(record, at)
    yield from describe_growth(record, at)
    for place, (candidate, _) in enumerate(record.over):
        where = f"{at}#over.{place}"
        said = fill(
            "{} is over a budget: {}",
            Name(candidate, f"{where}.0", code=True),
            Quote(record.over[place][1], f"{where}.1"),
        )
        yield Claim(section="action", topic="cost", kind="event", sentence=said, form="item", weight=3)
    if record.over and record.recommended:
        said = fill(
            "Within the budgets the recommendation is {}.", Name(record.recommended, f"{at}#recommended", code=True)
        )
        yield Claim(section="action", topic="cost", kind="event", sentence=said, weight=3)
    for place, answer in enumerate(record.claims):
        yield describe_claim_answer(answer, f"{at}#claims.{place}", topic="cost")


def _describe_front(record: CostRecord, at: str) -> Iterator[Claim]:
    """Claims on the members of the front and the criteria they lead; older records name only the members."""
    if record.front and not record.places:
        names_on_it = [fill("{}", Name(name, f"{at}#front.{i}", code=True)) for i, name in enumerate(record.front)]
        said = fill("Nobody leads in objective, latency and size together over: {}.", join_list(names_on_it))
        yield Claim(section="action", topic="cost", kind="event", sentence=said)
    shares = {name: (i, share) for i, (name, share) in enumerate(record.front_share)}
    for i, place in enumerate(record.places):
        where = f"{at}#places.{i}"
        pieces: list[Piece] = [Name(place.candidate, f"{where}.candidate", code=True), Break()]
        if place.candidate in shares:
            j, share = shares[place.candidate]
            pieces.append(
                format_number(value(f"{at}#front_share.{j}.1"), share, FRONT_SHARE, "share of draws on the front")
            )
        pieces.append(Break())
        behind = [fill("{}", Name(name, f"{where}.behind.{j}", code=True)) for j, name in enumerate(place.behind)]
        pieces += fill("behind {}", join_list(behind)) if behind else [Quote(place.why, f"{where}.why")]
        yield Claim(section="action", topic="cost", kind="value", sentence=tuple(pieces), form="row", head=FRONT)


def _format_columns(cost: CandidateCost, where: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = [Name(cost.candidate, f"{where}.candidate", code=True)]
    for i, shown in enumerate(cost.figures):
        pieces += [Break(), *format_cell(shown, f"{where}.figures.{i}")]
    return tuple(pieces)


def _format_costs(cost: CandidateCost, where: str) -> tuple[Piece, ...]:
    def one(i: int, shown: Figure) -> tuple[Piece, ...]:
        return fill(
            "{} {}", Name(shown.name, f"{where}.figures.{i}.name"), format_figure(shown, f"{where}.figures.{i}")
        )

    costs = [one(i, shown) for i, shown in enumerate(cost.figures)]
    return (Name(cost.candidate, f"{where}.candidate", code=True), Break(), *join_list(costs))
