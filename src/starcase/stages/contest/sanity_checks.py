"""Mark suspect configurations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starcase.contract.model import Metric
from starcase.evidence.records import ComparisonFigure, Standing


def mark_suspects(
    standings: Sequence[Standing], objective: Metric, comparisons: Sequence[ComparisonFigure]
) -> list[Standing]:
    """Return the standings, each suspect one with the reason.

    A model that is shown worse than a simpler non-trivial one is more likely ill-configured than ill-suited: boosted
    trees with library defaults losing to logistic regression are the usual case. So is an undefined objective.
    """
    worse: set[tuple[str, str]] = set()
    for comparison in comparisons:
        if comparison.metric == objective.name and comparison.verdict != "no difference shown":
            pair = (comparison.candidate, comparison.against)
            worse.add(pair if comparison.verdict == "worse" else pair[::-1])
    return [
        replace(standing, suspect=_explain_suspicion(standing, standings, objective, worse)) for standing in standings
    ]


def _explain_suspicion(
    standing: Standing, standings: Sequence[Standing], objective: Metric, worse: set[tuple[str, str]]
) -> str:
    value = next(figure.value for figure in standing.figures if figure.name == objective.name)
    if value != value:  # noqa: PLR0124 - NaN
        return f"its {objective.name} is undefined"
    simpler = [
        other.candidate
        for other in standings
        if other.complexity < standing.complexity and (standing.candidate, other.candidate) in worse
    ]
    if standing.role == "baseline" or not simpler:
        return ""
    return f"suspect configuration: shown worse than the simpler {', '.join(simpler)}"
