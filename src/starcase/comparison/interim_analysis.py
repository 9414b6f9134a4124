"""The result of one interim look at champion and challenger, valid for any number of looks."""

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
    """Return the reading of one metric at one look, combined with earlier looks.

    Args:
        terms: the specification of the comparison.
        term: the metric, one of ``terms.each``.
        seen: the estimated difference, challenger less champion.
        values: the metric of the champion and of the challenger.
        earlier: the reading of the same metric at the last look.
        evidence_class: how the numbers were obtained.
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
        corrected = figure("corrected for early stopping", luckless, metric.unit)
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
    """Return the verdict over the objective and its guardrails, and the reason.

    Harm in any metric gives "worse". A good verdict needs the objective and a decided verdict on every guardrail; a
    metric without a reading is undecided.

    Args:
        readings: one for each metric with enough data.
        terms: objective and guardrails.
    """
    shown = {one.metric: one.verdict for one in readings}
    worse = [name for name, said in shown.items() if said == "worse"]
    if worse:
        return "worse", f"{' and '.join(worse)} shown worse than the margin tolerates"
    objective, *guardrails = (term.metric.name for term in terms.each)
    said = shown.get(objective)
    if said is None:
        return "hold", f"no matured outcome informs {objective} yet"
    if said == "hold":
        (reading,) = (one for one in readings if one.metric == objective)
        return "hold", _explain_undecided(reading)
    doubt = [name for name in guardrails if shown.get(name, "hold") == "hold"]
    if doubt:
        return "hold", f"{objective} shown {said}, but {' and '.join(doubt)} may still be worse"
    also = f", {' and '.join(guardrails)} within the margin" if guardrails else ""
    return said, f"{_explain_shown(next(one for one in readings if one.metric == objective))}{also}"


def _explain_shown(reading: MetricReading) -> str:
    """Describe a decided objective; if its interval excludes zero it is worse within the margin."""
    if reading.verdict != "not worse":
        return f"{reading.metric} shown {reading.verdict} than the champion's"
    low, high = reading.difference.low, reading.difference.high
    if low is not None and high is not None and (low > 0 or high < 0):
        return f"{reading.metric} shown worse than the champion's, and by less than the margin"
    return f"{reading.metric} shown not worse than the champion's by more than the margin"


def _explain_undecided(reading: MetricReading) -> str:
    """Describe an undecided objective; an interval that excludes zero is reported whatever the margin.

    The interval is valid at all looks, so a difference whose interval excludes zero is shown.
    """
    low, high = reading.difference.low, reading.difference.high
    lower = high is not None and high < 0
    if lower or (low is not None and low > 0):
        side = "below" if lower else "above"
        return f"{reading.metric} is shown {side} the champion's, and may yet lie within the margin"
    return f"{reading.metric} does not separate the two within the margin yet"


def _restore_interval(earlier: MetricReading | None) -> SequentialInterval | None:
    if earlier is None or earlier.difference.low is None or earlier.difference.high is None:
        return None
    return SequentialInterval(
        low=earlier.difference.low, high=earlier.difference.high, p_value=earlier.p_value.value,
        fraction=earlier.information.value,
    )  # fmt: skip


def _correct_for_stopping(design: Design, seen: DifferenceEstimate, fraction: float) -> float | None:
    """Return the median-unbiased difference if the straight boundary is reached, otherwise None."""
    z = seen.estimate / seen.error
    if abs(z) < float(design.critical(fraction)):
        return None
    return estimate_median_unbiased(design, z, fraction) * seen.error
