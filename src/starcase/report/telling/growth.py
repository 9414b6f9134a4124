"""Claims on the scaling of candidates' costs, and on those that would be refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starcase.evidence import Figure
from starcase.evidence.records import CandidateGrowth, CostRecord, GrowthPoint
from starcase.evidence.scaling_exponent import is_precise_exponent
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import Shape
from starcase.report.pieces import Break, Name, Piece, Quote, fill, format_cell, format_number, join_list

COSTS = {
    "fit time": "fitting", "fit memory": "memory to fit", "p50 latency": "median answer",
    "artefact size": "stored model",
}  # fmt: skip
HEAD = ("candidate", *(f"{cost}, power" for cost in COSTS.values()))
FORETOLD = "foretold now", "foretold next", "foretold last"
MEMORY, NEEDS = "fit memory", "memory to fit, measured"
POWER, TIMES = Shape(style="plain", digits=1), Shape(style="plain", unit="times")


def describe_growth(record: CostRecord, at: str) -> Iterator[Claim]:
    """Claims on every scaling exponent, the predicted memory at each size, and quoted refusals."""
    if record.growth is None:
        return
    what = Name(record.growth.what, f"{at}#growth.what")
    words = "How costs grow with {}, each as active as now: a power of one keeps pace with them, more outgrows them."
    yield Claim(section="action", topic="cost", kind="event", sentence=fill(words, what))
    for place, one in enumerate(record.growth.candidates):
        if one.exponents:
            yield _build_row(HEAD, _format_exponents(one, f"{at}#growth.candidates.{place}"))
    factors = sorted({p.factor for c in record.growth.candidates for p in c.points if p.foretold and p.factor >= 1})
    head = ("candidate", NEEDS, *FORETOLD[: len(factors)])
    yield from _describe_sizes(record.growth.candidates, f"{at}#growth.candidates", factors)
    for place, one in enumerate(record.growth.candidates if factors else ()):
        yield _build_row(head, _format_memory(one, f"{at}#growth.candidates.{place}", factors))
    for place, one in enumerate(record.growth.candidates):
        for i, point in enumerate(one.points):
            if point.refused and point.factor > 1:
                where = f"{at}#growth.candidates.{place}"
                said = fill(
                    "{} would be refused at {} the size: {}",
                    Name(one.candidate, f"{where}.candidate", code=True),
                    format_number(value(f"{where}.points.{i}.factor"), point.factor, TIMES, "times the size"),
                    Quote(point.refused, f"{where}.points.{i}.refused"),
                )
                yield Claim(section="action", topic="cost", kind="event", sentence=said, form="item", weight=2)


def _describe_sizes(candidates: Sequence[CandidateGrowth], where: str, factors: list[float]) -> Iterator[Claim]:
    """Claims on the sizes of the memory columns."""
    beyond = [factor for factor in factors if factor > 1]
    if not beyond or len(factors) > len(FORETOLD):
        return
    found = {
        p.factor: f"{where}.{i}.points.{j}.factor" for i, c in enumerate(candidates) for j, p in enumerate(c.points)
    }
    sizes = [
        fill(f"{name} {{}} the size", format_number(value(found[factor]), factor, TIMES, "times the size"))
        for name, factor in zip(("next stands for", "last for"), beyond, strict=False)
    ]
    said = fill("What fitting needs was foretold before anything was fitted; {}.", join_list(sizes))
    yield Claim(section="action", topic="cost", kind="value", sentence=said)


def _build_row(head: tuple[str, ...], pieces: list[Piece]) -> Claim:
    return Claim(section="action", topic="cost", kind="value", sentence=tuple(pieces), form="row", head=head)


def _format_exponents(one: CandidateGrowth, where: str) -> list[Piece]:
    found = {f.name: (i, f) for i, f in enumerate(one.exponents)}
    pieces: list[Piece] = [Name(one.candidate, f"{where}.candidate", code=True)]
    for cost in COSTS:
        pieces.append(Break())
        if cost in found:
            i, power = found[cost]
            pieces += _format_exponent(power, f"{where}.exponents.{i}")
    return pieces


def _format_exponent(power: Figure, where: str) -> list[Piece]:
    if not is_precise_exponent(power):
        return ["cannot be told"]
    shown = format_number(value(f"{where}.value"), power.value, POWER, f"power of {power.name}")
    if power.low is None or power.high is None:
        return [shown]
    ends = (
        format_number(value(f"{where}.{end}"), bound, POWER, f"{end} end, power of {power.name}")
        for end, bound in (("low", power.low), ("high", power.high))
    )
    return list(fill("{}\N{NO-BREAK SPACE}[{},\N{NO-BREAK SPACE}{}]", shown, *ends))


def _format_memory(one: CandidateGrowth, where: str, factors: list[float]) -> list[Piece]:
    points = {point.factor: (i, point) for i, point in enumerate(one.points)}
    pieces: list[Piece] = [Name(one.candidate, f"{where}.candidate", code=True), Break()]
    if 1 in points:
        pieces += _format_measured_memory(*points[1], where)
    for factor in factors:
        pieces.append(Break())
        i, point = points.get(factor, (0, None))
        if point is not None and point.foretold is not None:
            pieces += format_cell(point.foretold, f"{where}.points.{i}.foretold")
            pieces += [", refused"] if point.refused else []
    return pieces


def _format_measured_memory(place: int, point: GrowthPoint, where: str) -> tuple[Piece, ...]:
    at = next((j for j, f in enumerate(point.figures) if f.name == MEMORY), None)
    return () if at is None else format_cell(point.figures[at], f"{where}.points.{place}.figures.{at}")
