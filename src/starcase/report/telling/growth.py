"""How the costs of the candidates grow, and who would no longer fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starcase.evidence import Figure
from starcase.evidence.records import CandidateGrowth, CostRecord, GrowthPoint
from starcase.evidence.scaling_exponent import told
from starcase.report.claim import Claim
from starcase.report.expression import value
from starcase.report.number_format import Shape
from starcase.report.pieces import Break, Name, Piece, Quote, compact, listed, number, say

COSTS = {
    "fit time": "fitting", "fit memory": "memory to fit", "p50 latency": "median answer",
    "artefact size": "stored model",
}  # fmt: skip
HEAD = ("candidate", *(f"{cost}, power" for cost in COSTS.values()))
FORETOLD = "foretold now", "foretold next", "foretold last"
MEMORY, NEEDS = "fit memory", "memory to fit, measured"
POWER, TIMES = Shape(style="plain", digits=1), Shape(style="plain", unit="times")


def tell_growth(record: CostRecord, at: str) -> Iterator[Claim]:
    """The power of every cost, the memory foretold at each size, and the refusals in the candidate's own words."""
    if record.growth is None:
        return
    what = Name(record.growth.what, f"{at}#growth.what")
    words = "How costs grow with {}, each as active as now: a power of one keeps pace with them, more outgrows them."
    yield Claim(section="action", topic="cost", kind="event", sentence=say(words, what))
    for place, one in enumerate(record.growth.candidates):
        if one.exponents:
            yield _row(HEAD, _powers(one, f"{at}#growth.candidates.{place}"))
    factors = sorted({p.factor for c in record.growth.candidates for p in c.points if p.foretold and p.factor >= 1})
    head = ("candidate", NEEDS, *FORETOLD[: len(factors)])
    yield from _sizes(record.growth.candidates, f"{at}#growth.candidates", factors)
    for place, one in enumerate(record.growth.candidates if factors else ()):
        yield _row(head, _needs(one, f"{at}#growth.candidates.{place}", factors))
    for place, one in enumerate(record.growth.candidates):
        for i, point in enumerate(one.points):
            if point.refused and point.factor > 1:
                where = f"{at}#growth.candidates.{place}"
                said = say(
                    "{} would be refused at {} the size: {}",
                    Name(one.candidate, f"{where}.candidate", code=True),
                    number(value(f"{where}.points.{i}.factor"), point.factor, TIMES, "times the size"),
                    Quote(point.refused, f"{where}.points.{i}.refused"),
                )
                yield Claim(section="action", topic="cost", kind="event", sentence=said, form="item", weight=2)


def _sizes(candidates: Sequence[CandidateGrowth], where: str, factors: list[float]) -> Iterator[Claim]:
    """Which sizes the columns of the memory stand for."""
    beyond = [factor for factor in factors if factor > 1]
    if not beyond or len(factors) > len(FORETOLD):
        return
    found = {
        p.factor: f"{where}.{i}.points.{j}.factor" for i, c in enumerate(candidates) for j, p in enumerate(c.points)
    }
    sizes = [
        say(f"{name} {{}} the size", number(value(found[factor]), factor, TIMES, "times the size"))
        for name, factor in zip(("next stands for", "last for"), beyond, strict=False)
    ]
    said = say("What fitting needs was foretold before anything was fitted; {}.", listed(sizes))
    yield Claim(section="action", topic="cost", kind="value", sentence=said)


def _row(head: tuple[str, ...], pieces: list[Piece]) -> Claim:
    return Claim(section="action", topic="cost", kind="value", sentence=tuple(pieces), form="row", head=head)


def _powers(one: CandidateGrowth, where: str) -> list[Piece]:
    found = {f.name: (i, f) for i, f in enumerate(one.exponents)}
    pieces: list[Piece] = [Name(one.candidate, f"{where}.candidate", code=True)]
    for cost in COSTS:
        pieces.append(Break())
        if cost in found:
            i, power = found[cost]
            pieces += _power(power, f"{where}.exponents.{i}")
    return pieces


def _power(power: Figure, where: str) -> list[Piece]:
    if not told(power):
        return ["cannot be told"]
    shown = number(value(f"{where}.value"), power.value, POWER, f"power of {power.name}")
    if power.low is None or power.high is None:
        return [shown]
    ends = (
        number(value(f"{where}.{end}"), bound, POWER, f"{end} end, power of {power.name}")
        for end, bound in (("low", power.low), ("high", power.high))
    )
    return list(say("{}\N{NO-BREAK SPACE}[{},\N{NO-BREAK SPACE}{}]", shown, *ends))


def _needs(one: CandidateGrowth, where: str, factors: list[float]) -> list[Piece]:
    points = {point.factor: (i, point) for i, point in enumerate(one.points)}
    pieces: list[Piece] = [Name(one.candidate, f"{where}.candidate", code=True), Break()]
    if 1 in points:
        pieces += _measured(*points[1], where)
    for factor in factors:
        pieces.append(Break())
        i, point = points.get(factor, (0, None))
        if point is not None and point.foretold is not None:
            pieces += compact(point.foretold, f"{where}.points.{i}.foretold")
            pieces += [", refused"] if point.refused else []
    return pieces


def _measured(place: int, point: GrowthPoint, where: str) -> tuple[Piece, ...]:
    at = next((j for j, f in enumerate(point.figures) if f.name == MEMORY), None)
    return () if at is None else compact(point.figures[at], f"{where}.points.{place}.figures.{at}")
