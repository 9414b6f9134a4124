"""Compare every pair of candidates on the same rows, with intervals, corrected for multiple comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from starcase.contract.model import Metric
from starcase.errors import NotComparable
from starcase.evidence.figure import Figure
from starcase.evidence.records import ComparisonFigure
from starcase.inference import FEWEST_UNITS, compute_percentile_interval, compute_step_down_intervals, step_down
from starcase.stages.contest.evaluation import FoldMeasurement
from starcase.stages.contest.replicates import Replicates


def require_same_rows(entrants: Mapping[str, Sequence[FoldMeasurement]]) -> None:
    """Raise NotComparable, naming the first differing row, unless all were measured on the very same rows."""
    (first, reference), *others = entrants.items()
    for name, measured in others:
        for ours, theirs in zip(reference, measured, strict=True):
            left, right = ours.units["id"], theirs.units["id"]
            if left.equals(right):
                continue
            row = next(
                (i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
            )
            raise NotComparable(
                f"{name} and {first} were not measured on the same rows",
                where=f"fold {ours.fold.name}, row {row}",
                mend="run both in one contest",
            )


def estimate_figure(metric: Metric, replicates: Replicates, *, level: float, n: int) -> Figure:
    """Estimate a candidate's value with its interval."""
    effect = compute_percentile_interval(replicates.observed, replicates.draws, level=level, n=n)
    return _build_figure(metric.name, metric.unit, effect.estimate, effect.low, effect.high, level, n)


def compare(replicates: Mapping[str, Replicates], metric: Metric, *, level: float, n: int) -> list[ComparisonFigure]:
    """All pairs, each difference with its interval, p-values adjusted for all of them together.

    Correcting over all pairs keeps the verdict valid although the best candidate is only known after looking. On fewer
    than ``FEWEST_UNITS`` independent units no pair is tested: there is neither an interval nor a p-value.
    """
    pairs = list(combinations(replicates, 2))
    effects = [
        compute_percentile_interval(
            replicates[a].observed - replicates[b].observed, replicates[a].draws - replicates[b].draws, level=level, n=n
        )
        for a, b in pairs
    ]
    estimates = [effect.estimate for effect in effects]
    together = np.stack([replicates[a].draws - replicates[b].draws for a, b in pairs])
    adjusted, ends = step_down(estimates, together), compute_step_down_intervals(estimates, together, level=level)
    sign = 1.0 if metric.direction == "higher" else -1.0
    found = []
    for (a, b), effect, p, (low, high) in zip(pairs, effects, adjusted, ends.tolist(), strict=True):
        shown = p <= 1 - level
        better = sign * effect.estimate > 0
        found.append(
            ComparisonFigure(
                candidate=a,
                against=b,
                metric=metric.name,
                difference=_build_figure(metric.name, metric.unit, effect.estimate, effect.low, effect.high, level, n),
                p_value=_build_p_value(float(p), n) if n >= FEWEST_UNITS else None,
                verdict=("better" if better else "worse") if shown else "no difference shown",
                method=f"{effect.method}{replicates[a].also}; step-down over {len(pairs)} pairs (Romano and Wolf 2005)",
                adjusted=_build_figure(metric.name, metric.unit, effect.estimate, low, high, level, n),
            )
        )
    return found


def _build_p_value(value: float, n: int) -> Figure:
    return Figure(name="adjusted p-value", value=value, unit="p", n=n, evidence_class="offline")


def _build_figure(name: str, unit: str, value: float, low: float, high: float, level: float, n: int) -> Figure:
    has = bool(np.isfinite(low) and np.isfinite(high))
    return Figure(
        name=name,
        value=value,
        unit=unit,
        low=low if has else None,
        high=high if has else None,
        level=level if has else None,
        n=n,
        evidence_class="offline",
    )
