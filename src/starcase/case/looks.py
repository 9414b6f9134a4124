"""What one look at champion and challenger says, valid however often one looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from starcase.case.terms import Term, Terms
from starcase.evidence.figure import EvidenceClass, Figure
from starcase.evidence.records import MetricReading
from starcase.inference import Design, verdict_of
from starcase.inference.anytime.stopped import median_unbiased
from starcase.inference.clustered import Apart

Verdict = Literal["better", "not worse", "worse", "hold"]
METHOD = (
    "quotient of sums clustered by unit; a straight boundary on the information fraction up to the planned size and a "
    "normal mixture after it, beside an early mixture for large effects, so that the interval holds at every look"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What all looks so far leave of one difference: its interval, its p-value, the information of the last look."""

    low: float
    high: float
    p_value: float
    fraction: float


def standing(terms: Terms, apart: Apart, planned: float, earlier: Standing | None) -> Standing:
    """What is left after one more look.

    An earlier look that claimed more information than there is now claimed too much: something rare has come since. It
    is forgotten.

    Args:
        terms: of the comparison.
        apart: challenger less champion.
        planned: standard error at the planned size.
        earlier: after the last look.
    """
    fraction = (planned / apart.error) ** 2
    half = terms.critical(fraction) * apart.error
    low, high = apart.value - half, apart.value + half
    p_value = terms.p_value(apart.value / apart.error, fraction)
    if earlier is not None and earlier.fraction <= fraction:
        p_value = min(p_value, earlier.p_value)
        inner = max(low, earlier.low), min(high, earlier.high)
        low, high = inner if inner[0] <= inner[1] else (low, high)
    return Standing(low=low, high=high, p_value=p_value, fraction=fraction)


def reading(
    terms: Terms,
    term: Term,
    apart: Apart,
    values: tuple[float, float],
    *,
    earlier: MetricReading | None,
    evidence_class: EvidenceClass,
) -> MetricReading:
    """One metric at one look, knowing what earlier looks have shown.

    Args:
        terms: of the comparison.
        term: the metric in question, one of ``terms.each``.
        apart: challenger less champion.
        values: the metric of the champion and of the challenger.
        earlier: the same metric at the last look.
        evidence_class: how the numbers came about.
    """
    metric = term.metric
    left = standing(terms, apart, terms.planned_error(term), _before(earlier))
    if earlier is not None and earlier.information.value > left.fraction:
        earlier = None
    shown = verdict_of(left.low, left.high, margin=term.margin, better=metric.direction)

    def figure(name: str, value: float, unit: str) -> Figure:
        return Figure(
            name=f"{metric.name}, {name}", value=value, unit=unit, n=apart.units, evidence_class=evidence_class
        )

    corrected = earlier.corrected if earlier else None
    if corrected is None and (luckless := _corrected(terms.design, apart, left.fraction)) is not None:
        corrected = figure("corrected for when it was told", luckless, metric.unit)
    return MetricReading(
        metric=metric.name,
        champion=figure("champion", values[0], metric.unit),
        challenger=figure("challenger", values[1], metric.unit),
        difference=replace(
            figure("challenger less champion", apart.value, metric.unit),
            low=left.low,
            high=left.high,
            level=1 - terms.alpha_each,
        ),
        p_value=figure("p-value over all looks", left.p_value, "probability"),
        information=figure("information over planned", left.fraction, "share"),
        margin=term.margin,
        verdict=shown if shown != "out of reach" else "hold",
        corrected=corrected,
    )


def verdict(readings: Sequence[MetricReading], terms: Terms) -> tuple[Verdict, str]:
    """The verdict over the objective and its guardrails, and why.

    Harm in any of them is harm; anything good needs the objective, and no guardrail left in doubt. A metric of which
    nothing can be said is in doubt.

    Args:
        readings: one for each metric in which something can be said.
        terms: objective and guardrails.
    """
    shown = {one.metric: one.verdict for one in readings}
    worse = [name for name, said in shown.items() if said == "worse"]
    if worse:
        return "worse", f"{' and '.join(worse)} shown worse than the margin tolerates"
    objective, *guardrails = (term.metric.name for term in terms.each)
    said = shown.get(objective)
    if said is None:
        return "hold", f"no matured outcome tells anything of {objective} yet"
    if said == "hold":
        return "hold", f"{objective} does not tell the two apart within the margin yet"
    doubt = [name for name in guardrails if shown.get(name, "hold") == "hold"]
    if doubt:
        return "hold", f"{objective} shown {said}, but {' and '.join(doubt)} may still be worse"
    also = f", {' and '.join(guardrails)} within the margin" if guardrails else ""
    return said, f"{objective} shown {said} than the champion's{also}"


def _before(earlier: MetricReading | None) -> Standing | None:
    if earlier is None or earlier.difference.low is None or earlier.difference.high is None:
        return None
    return Standing(
        low=earlier.difference.low, high=earlier.difference.high, p_value=earlier.p_value.value,
        fraction=earlier.information.value,
    )  # fmt: skip


def _corrected(design: Design, apart: Apart, fraction: float) -> float | None:
    """The median-unbiased difference where the straight boundary is reached, None where it is not."""
    z = apart.value / apart.error
    if abs(z) < float(design.critical(fraction)):
        return None
    return median_unbiased(design, z, fraction) * apart.error
