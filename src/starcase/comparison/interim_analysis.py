"""What one look at champion and challenger says, valid however often one looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from starcase.comparison.comparison_spec import ComparisonSpec, MetricSpec
from starcase.evidence.figure import EvidenceClass, Figure
from starcase.evidence.records import MetricReading
from starcase.inference import Design, DifferenceEstimate, SequentialInterval, decide_verdict, estimate_median_unbiased

Verdict = Literal["better", "not worse", "worse", "hold"]
METHOD = (
    "quotient of sums clustered by unit; a straight boundary on the information fraction up to the planned size and a "
    "normal mixture after it, beside an early mixture for large effects, so that the interval holds at every look"
)


def compute_reading(
    terms: ComparisonSpec,
    term: MetricSpec,
    seen: DifferenceEstimate,
    values: tuple[float, float],
    *,
    earlier: MetricReading | None,
    evidence_class: EvidenceClass,
) -> MetricReading:
    """One metric at one look, knowing what earlier looks have shown.

    Args:
        terms: of the comparison.
        term: the metric in question, one of ``terms.each``.
        seen: challenger less champion.
        values: the metric of the champion and of the challenger.
        earlier: the same metric at the last look.
        evidence_class: how the numbers came about.
    """
    metric = term.metric
    planned = terms.compute_planned_error(term) ** -2
    left = SequentialInterval.from_look(seen, terms.spent, planned).after(_restore_interval(earlier))
    if earlier is not None and earlier.information.value > left.fraction:
        earlier = None
    shown = decide_verdict(left.low, left.high, margin=term.margin, better=metric.direction)

    def figure(name: str, value: float, unit: str) -> Figure:
        return Figure(name=f"{metric.name}, {name}", value=value, unit=unit, n=seen.n, evidence_class=evidence_class)

    corrected = earlier.corrected if earlier else None
    if corrected is None and (luckless := _correct_for_stopping(terms.design, seen, left.fraction)) is not None:
        corrected = figure("corrected for when it was told", luckless, metric.unit)
    return MetricReading(
        metric=metric.name,
        champion=figure("champion", values[0], metric.unit),
        challenger=figure("challenger", values[1], metric.unit),
        difference=replace(
            figure("challenger less champion", seen.estimate, metric.unit),
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


def decide_overall_verdict(readings: Sequence[MetricReading], terms: ComparisonSpec) -> tuple[Verdict, str]:
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
        (reading,) = (one for one in readings if one.metric == objective)
        return "hold", _explain_undecided(reading)
    doubt = [name for name in guardrails if shown.get(name, "hold") == "hold"]
    if doubt:
        return "hold", f"{objective} shown {said}, but {' and '.join(doubt)} may still be worse"
    also = f", {' and '.join(guardrails)} within the margin" if guardrails else ""
    return said, f"{_explain_shown(next(one for one in readings if one.metric == objective))}{also}"


def _explain_shown(reading: MetricReading) -> str:
    """What is shown of an objective; one whose interval excludes zero and is not better is worse within its margin."""
    if reading.verdict != "not worse":
        return f"{reading.metric} shown {reading.verdict} than the champion's"
    low, high = reading.difference.low, reading.difference.high
    if low is not None and high is not None and (low > 0 or high < 0):
        return f"{reading.metric} shown worse than the champion's, and by less than the margin"
    return f"{reading.metric} shown not worse than the champion's by more than the margin"


def _explain_undecided(reading: MetricReading) -> str:
    """Why an objective that is neither shown harmed nor unharmed holds; a loss within the margin is called one.

    The difference is valid at all looks, so one that excludes zero is shown, whatever the margin would tolerate.
    """
    low, high = reading.difference.low, reading.difference.high
    lower = high is not None and high < 0
    if lower or (low is not None and low > 0):
        side = "below" if lower else "above"
        return f"{reading.metric} is shown {side} the champion's, and may yet lie within the margin"
    return f"{reading.metric} does not tell the two apart within the margin yet"


def _restore_interval(earlier: MetricReading | None) -> SequentialInterval | None:
    if earlier is None or earlier.difference.low is None or earlier.difference.high is None:
        return None
    return SequentialInterval(
        low=earlier.difference.low, high=earlier.difference.high, p_value=earlier.p_value.value,
        fraction=earlier.information.value,
    )  # fmt: skip


def _correct_for_stopping(design: Design, seen: DifferenceEstimate, fraction: float) -> float | None:
    """The median-unbiased difference where the straight boundary is reached, None where it is not."""
    z = seen.estimate / seen.error
    if abs(z) < float(design.critical(fraction)):
        return None
    return estimate_median_unbiased(design, z, fraction) * seen.error
