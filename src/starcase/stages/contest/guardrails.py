"""Exclude candidates that are shown to break a guardrail, however good their objective."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from starcase.contract.model import Metric
from starcase.evidence.records import ComparisonFigure, Standing


def apply_guardrails(
    standings: Sequence[Standing], comparisons: Sequence[ComparisonFigure], guardrails: Iterable[tuple[Metric, float]]
) -> list[Standing]:
    """Mark the standings of candidates shown to break a guardrail; these take no part in the verdict.

    Shown is what the whole interval says, that of all pairs together: worse than the incumbent by more than the margin.
    Where the interval includes the margin the standing remarks that the guardrail is open, and names it in
    ``may_break``: it is not recommended, and the gate may refuse there.

    Args:
        standings: all candidates and the incumbent; without an incumbent no candidate can be excluded.
        comparisons: all pairs in every guardrail's metric.
        guardrails: each metric with the harm tolerated in it, in the metric's unit.
    """
    incumbent = next((s.candidate for s in standings if s.role == "incumbent"), "")
    broken: dict[str, list[str]] = {}
    left_open: dict[str, list[str]] = {}
    for metric, margin in guardrails:
        for comparison in comparisons:
            pair = (comparison.candidate, comparison.against)
            if comparison.metric != metric.name or incumbent not in pair:
                continue
            candidate = pair[pair[0] == incumbent]
            least, most = _compute_loss_interval(comparison, metric, candidate)
            if least > margin and _is_shown_worse(comparison, candidate):
                broken.setdefault(candidate, []).append(metric.name)
            elif most > margin:
                left_open.setdefault(candidate, []).append(metric.name)
    return [
        standing
        if standing.role == "baseline"
        else replace(
            standing,
            out=_append_words("out: shown to break the guardrail {}", broken, standing, standing.out),
            remark=_append_words(
                "may break the guardrail {}: the interval includes its margin, and the gate may refuse",
                left_open, standing, standing.remark,
            ),
            may_break=tuple(left_open.get(standing.candidate, ())),
        )
        for standing in standings
    ]  # fmt: skip


def _append_words(words: str, metrics: Mapping[str, Sequence[str]], standing: Standing, before: str) -> str:
    """Append the text with the guardrails of that candidate, if any, to the earlier text."""
    named = metrics.get(standing.candidate, ())
    return "; ".join(filter(None, (before, words.format(", ".join(named)) if named else "")))


def _is_shown_worse(comparison: ComparisonFigure, candidate: str) -> bool:
    return comparison.verdict == ("worse" if comparison.candidate == candidate else "better")


def _compute_loss_interval(comparison: ComparisonFigure, metric: Metric, candidate: str) -> tuple[float, float]:
    """Return the interval of the candidate's loss against the incumbent; minus to plus infinity if there is none."""
    ends = comparison.shown.low, comparison.shown.high
    if ends[0] is None or ends[1] is None:
        return float("-inf"), float("inf")
    mirror = 1.0 if comparison.candidate == candidate else -1.0
    sign = -1.0 if metric.direction == "higher" else 1.0
    losses = [sign * mirror * end for end in (ends[0], ends[1])]
    return min(losses), max(losses)
