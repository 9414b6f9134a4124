"""Every candidate against every other on the same rows, with intervals, corrected for the number of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from starcase.case.model import Metric
from starcase.case.request import FloatArray
from starcase.contest.entrant import Measured
from starcase.errors import NotComparable
from starcase.evidence.figure import Figure
from starcase.evidence.records import ComparisonFigure
from starcase.inference import Resampling, interval, step_down, step_down_intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """One metric of one candidate: on the rows as they are, and under each bootstrap weighting."""

    observed: float
    draws: FloatArray


def same_rows(entrants: Mapping[str, Sequence[Measured]]) -> None:
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


def clusters_of(measured: Sequence[Measured]) -> tuple[np.ndarray, list[slice]]:
    """Cluster codes over all folds together, and which rows belong to which fold."""
    names = pl.concat([fold.units["cluster"] for fold in measured])
    codes = names.cast(pl.Categorical).to_physical().rank("dense").to_numpy().astype(np.int64) - 1
    ends = np.cumsum([fold.units.height for fold in measured]).tolist()
    return codes, [slice(end - fold.units.height, end) for end, fold in zip(ends, measured, strict=True)]


def replicate(
    entrants: Mapping[str, Sequence[Measured]], metric: Metric, *, draws: int, seed: int
) -> dict[str, Replicates]:
    """The metric of every candidate under one shared set of weightings; the mean over folds, each counting once."""
    reference = next(iter(entrants.values()))
    codes, spans = clusters_of(reference)
    resampling = Resampling(codes, draws=draws, seed=seed)
    tables = {
        name: [fold.units[metric.name].struct.unnest() for fold in measured] for name, measured in entrants.items()
    }

    def value(folds: list[pl.DataFrame], weights: FloatArray) -> FloatArray:
        by_fold = [metric.value(rows, weights[:, span]) for rows, span in zip(folds, spans, strict=True)]
        return np.asarray(np.mean(by_fold, axis=0))

    statistics = [lambda weights, folds=folds: value(folds, weights) for folds in tables.values()]
    drawn = resampling.replicates(statistics)
    return {
        name: Replicates(observed=resampling.observed(statistic), draws=row)
        for name, statistic, row in zip(tables, statistics, drawn, strict=True)
    }


def figure(metric: Metric, replicates: Replicates, *, level: float, n: int) -> Figure:
    """A candidate's own value with its interval."""
    effect = interval(replicates.observed, replicates.draws, level=level, n=n)
    return _figure(metric.name, metric.unit, effect.estimate, effect.low, effect.high, level, n)


def compare(replicates: Mapping[str, Replicates], metric: Metric, *, level: float, n: int) -> list[ComparisonFigure]:
    """All pairs, each difference with its interval, p-values adjusted for all of them together.

    Correcting over all pairs keeps the verdict valid although the best candidate is only known after looking.
    """
    pairs = list(combinations(replicates, 2))
    effects = [
        interval(
            replicates[a].observed - replicates[b].observed, replicates[a].draws - replicates[b].draws, level=level, n=n
        )
        for a, b in pairs
    ]
    estimates = [effect.estimate for effect in effects]
    together = np.stack([replicates[a].draws - replicates[b].draws for a, b in pairs])
    adjusted, ends = step_down(estimates, together), step_down_intervals(estimates, together, level=level)
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
                difference=_figure(metric.name, metric.unit, effect.estimate, effect.low, effect.high, level, n),
                p_value=Figure(name="adjusted p-value", value=float(p), unit="p", n=n, evidence_class="offline"),
                verdict=("better" if better else "worse") if shown else "no difference shown",
                method=f"{effect.method}; step-down over {len(pairs)} pairs (Romano and Wolf 2005)",
                adjusted=_figure(metric.name, metric.unit, effect.estimate, low, high, level, n),
            )
        )
    return found


def _figure(name: str, unit: str, value: float, low: float, high: float, level: float, n: int) -> Figure:
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
