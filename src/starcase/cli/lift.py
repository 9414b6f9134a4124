"""Differences from the incumbent and the best trivial baseline, and claims compared with measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starcase.evidence import Figure
    from starcase.evidence.records import ClaimAnswer, ContestRecord

TIMES = 10  # if the value exceeds this many times the base, a relative difference says little
_PARTS = {
    "kept": ", kept", "falls short": ", falls short of it", "goes the other way": ", goes in the opposite direction",
    "not shown": ", not shown to be kept", "not measured": "",
}  # fmt: skip
NEAR_ZERO = "absolute difference if the other value is near 0"


def select_yardsticks(record: ContestRecord) -> dict[str, str]:
    """Return column heads, each with the candidate to compare with: the incumbent and the best trivial baseline."""
    sign = 1.0 if record.direction == "higher" else -1.0
    trivial = [s.candidate for s in record.standings if s.role == "baseline"]
    incumbent = [s.candidate for s in record.standings if s.role == "incumbent"]
    best = sorted(trivial, key=lambda name: -sign * _find_value(record, name))[:1]
    return {f"over {name}": name for name in dict.fromkeys([*incumbent, *best])}


def format_lift(record: ContestRecord, candidate: str, against: str) -> str:
    """Return the relative difference in the objective, or the absolute one if the other value is near or below zero.

    A star marks a difference that the contest has shown.
    """
    if candidate == against:
        return ""
    base, value = _find_value(record, against), _find_value(record, candidate)
    shown = any(
        {c.candidate, c.against} == {candidate, against} and c.verdict != "no difference shown"
        for c in record.comparisons
        if c.metric == record.objective
    )
    relative = base > 0 and abs(value) <= TIMES * base
    told = (
        f"{(value / base - 1) * 100:+z.1f} %"
        if relative
        else format_difference(value - base, _find_objective(record, against).unit)
    )
    return f"{told}{' *' if shown else ''}"


def format_difference(difference: float, unit: str) -> str:
    """Format a difference: of shares in points, of anything else in its unit."""
    return f"{difference * 100:+z.1f} points" if unit == "share" else f"{difference:+.4g} {unit}".rstrip()


def describe_claim(answer: ClaimAnswer) -> list[str]:
    """Describe a claim, its verdict, the candidate that meets it or comes nearest, and each part as measured."""
    pair = f"{answer.candidate} against {answer.against}"
    refused = f"no candidate is shown to meet all of it against {answer.against}; {answer.candidate} comes nearest"
    verdict = f"refused: {refused}" if answer.verdict == "refused" else f"{answer.verdict}: {pair}"
    found = {figure.name: figure for figure in answer.changes}
    measured = [
        f"  {_describe_promise(wanted)}: {_describe_measurement(found.get(wanted.name))}{_PARTS[part]}"
        for wanted, part in zip(answer.wanted, answer.parts, strict=True)
    ]
    return [f"claim {answer.claim!r}: {verdict}", *measured]


def _describe_promise(wanted: Figure) -> str:
    return f"{wanted.name}, promised {wanted.value * 100:+.4g} %"


def _describe_measurement(found: Figure | None) -> str:
    if found is None:
        return "not measured: the contest has no candidate that the claim is about"
    if found.low is None or found.high is None:
        return "no ratio can be computed"
    return f"measured {found.value * 100:+.1f} % [{found.low * 100:+.1f}, {found.high * 100:+.1f}]"


def _find_value(record: ContestRecord, name: str) -> float:
    return _find_objective(record, name).value


def _find_objective(record: ContestRecord, name: str) -> Figure:
    figures = next(s.figures for s in record.standings if s.candidate == name)
    return next(f for f in figures if f.name == record.objective)
