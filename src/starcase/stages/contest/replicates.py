"""Replicates of a metric: its values with resampled units, other fits and other moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from starcase.contract.model import Metric, is_smooth
from starcase.contract.request import FloatArray
from starcase.inference import Resampling
from starcase.inference.models.bootstrap import Statistic
from starcase.stages.contest.evaluation import FoldMeasurement
from starcase.stages.contest.variance_components import draw_moment_noise, draw_training_noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """One metric of one candidate: the observed value and its replicates.

    Args:
        observed: the mean over folds and fits.
        draws: (draws,) the same with other units, and with another fit or moment where those vary.
        spread: standard deviation between fits of the same training data; 0 where the model comes out the same.
        also: the sources of variance in the draws other than resampled units, in words.
        by_fold: as it was observed on each fold, the mean over fits.
    """

    observed: float
    draws: FloatArray
    spread: float = 0.0
    also: str = ""
    by_fold: tuple[float, ...] = ()


def encode_clusters(measured: Sequence[FoldMeasurement]) -> tuple[np.ndarray, list[slice]]:
    """Return cluster codes over all folds, and the rows of each fold."""
    names = pl.concat([fold.units["cluster"] for fold in measured])
    codes = names.cast(pl.Categorical).to_physical().rank("dense").to_numpy().astype(np.int64) - 1
    ends = np.cumsum([fold.units.height for fold in measured]).tolist()
    return codes, [slice(end - fold.units.height, end) for end, fold in zip(ends, measured, strict=True)]


def replicate(
    entrants: Mapping[str, Sequence[FoldMeasurement]], metric: Metric, *, draws: int, seed: int, over_time: bool = False
) -> dict[str, Replicates]:
    """Replicate the metric of every candidate under shared weightings; the mean over folds, each counted once.

    Noise between fits is drawn for each candidate separately; noise between moments is drawn for all candidates
    together, because they were measured at the same moments.
    """
    codes, spans = encode_clusters(next(iter(entrants.values())))
    resampling = Resampling(codes, draws=draws, seed=seed)
    fits = {name: _build_fit_statistics(metric, measured, spans) for name, measured in entrants.items()}
    observed = {
        name: [np.array([resampling.compute_statistic(fit) for fit in fold]) for fold in of_folds]
        for name, of_folds in fits.items()
    }
    by_unit = dict(
        zip(
            fits,
            _draw_replicates(resampling, metric, [_average_fits(of_folds) for of_folds in fits.values()]),
            strict=True,
        )
    )
    apart = draw_moment_noise(observed, draws=draws, seed=seed) if over_time else {}
    also = _describe_draws(
        metric, refitted=any(fits.size > 1 for of in observed.values() for fits in of), over_time=over_time
    )
    return {
        name: Replicates(
            observed=float(np.mean([fits.mean() for fits in of_folds])),
            draws=by_unit[name] + apart.get(name, 0.0) + draw_training_noise(of_folds, draws=draws, seed=(seed, place)),
            spread=float(np.sqrt(np.mean([fits.var(ddof=1) if fits.size > 1 else 0.0 for fits in of_folds]))),
            also=also,
            by_fold=tuple(float(fits.mean()) for fits in of_folds),
        )
        for place, (name, of_folds) in enumerate(observed.items())
    }


def _build_fit_statistics(
    metric: Metric, measured: Sequence[FoldMeasurement], spans: Sequence[slice]
) -> list[list[Statistic]]:
    """Build the metric of each fit under weightings of all rows, by fold."""

    def build_statistic(rows: pl.DataFrame, span: slice) -> Statistic:
        return lambda weights: metric.value(rows, weights[:, span])

    return [
        [build_statistic(units[metric.name].struct.unnest(), span) for units in (fold.units, *fold.refits)]
        for fold, span in zip(measured, spans, strict=True)
    ]


def _average_fits(fits: Sequence[Sequence[Statistic]]) -> Statistic:
    """Return the mean over folds and fits."""

    def compute_mean(weights: FloatArray) -> FloatArray:
        return np.asarray(np.mean([np.mean([fit(weights) for fit in fold], axis=0) for fold in fits], axis=0))

    return compute_mean


def _draw_replicates(resampling: Resampling, metric: Metric, wholes: Sequence[Statistic]) -> FloatArray:
    """Draw (candidates, draws) replicates with resampled units; weightings are shared by all candidates."""
    if is_smooth(metric):
        return resampling.replicates(wholes)
    return np.concatenate([resampling.replicates([whole], smooth=False) for whole in wholes])


def _describe_draws(metric: Metric, *, refitted: bool, over_time: bool) -> str:
    said = {
        "; each unit's contribution by leaving it out (Efron and Stein 1981)": not is_smooth(metric),
        "; further fits by Student's t": refitted,
        "; other moments by Student's t": over_time,
    }
    return "".join(words for words, holds in said.items() if holds)
