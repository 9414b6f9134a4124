"""Who is out: a guardrail that is shown broken outweighs whatever else a candidate reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from starcase.case.model import Metric
from starcase.evidence.records import ComparisonFigure, Standing


def out_of_bounds(
    standings: Sequence[Standing], comparisons: Sequence[ComparisonFigure], guardrails: Iterable[tuple[Metric, float]]
) -> list[Standing]:
    """The standings; one that is shown to break a guardrail says which, and takes no part in the verdict.

    Shown is what the whole interval says, that of all pairs together: worse than the incumbent by more than the margin.
    A guardrail that the data leave open is for the gate to refuse.

    Args:
        standings: everybody who took part, the incumbent among them; without one nobody can be out.
        comparisons: all pairs in every guardrail's metric.
        guardrails: each metric with the harm tolerated in it, in the metric's unit.
    """
    incumbent = next((s.candidate for s in standings if s.role == "incumbent"), "")
    reasons: dict[str, list[str]] = {}
    for metric, margin in guardrails:
        for comparison in comparisons:
            pair = (comparison.candidate, comparison.against)
            if comparison.metric != metric.name or incumbent not in pair:
                continue
            candidate = pair[pair[0] == incumbent]
            if _least_harm(comparison, metric, candidate) > margin and _shown_worse(comparison, candidate):
                reasons.setdefault(candidate, []).append(metric.name)
    return [
        replace(s, out=f"out: shown to break the guardrail {', '.join(reasons[s.candidate])}")
        if s.candidate in reasons and s.role != "baseline"
        else s
        for s in standings
    ]


def _shown_worse(comparison: ComparisonFigure, candidate: str) -> bool:
    return comparison.verdict == ("worse" if comparison.candidate == candidate else "better")


def _least_harm(comparison: ComparisonFigure, metric: Metric, candidate: str) -> float:
    """The end of the interval that speaks best for the candidate, as a loss against the incumbent."""
    ends = comparison.shown.low, comparison.shown.high
    if ends[0] is None or ends[1] is None:
        return float("-inf")
    mirror = 1.0 if comparison.candidate == candidate else -1.0
    sign = -1.0 if metric.direction == "higher" else 1.0
    return min(sign * mirror * end for end in (ends[0], ends[1]))
