"""A metric of every candidate as it would come out with other units, another fit, another moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from starcase.case.model import Metric, is_smooth
from starcase.case.request import FloatArray
from starcase.contest.entrant import Measured
from starcase.contest.noise import moment_noise, training_noise
from starcase.inference import Resampling
from starcase.inference.models.bootstrap import Statistic


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """One metric of one candidate: as it was observed, and as it would come out again.

    Args:
        observed: the mean over folds and fits.
        draws: (draws,) the same with other units, and with another fit or moment where those vary.
        spread: standard deviation between fits of the same training data; 0 where the model comes out the same.
        also: what the draws hold beside resampled units, in words.
        by_fold: as it was observed on each fold, the mean over fits.
    """

    observed: float
    draws: FloatArray
    spread: float = 0.0
    also: str = ""
    by_fold: tuple[float, ...] = ()


def clusters_of(measured: Sequence[Measured]) -> tuple[np.ndarray, list[slice]]:
    """Cluster codes over all folds together, and which rows belong to which fold."""
    names = pl.concat([fold.units["cluster"] for fold in measured])
    codes = names.cast(pl.Categorical).to_physical().rank("dense").to_numpy().astype(np.int64) - 1
    ends = np.cumsum([fold.units.height for fold in measured]).tolist()
    return codes, [slice(end - fold.units.height, end) for end, fold in zip(ends, measured, strict=True)]


def replicate(
    entrants: Mapping[str, Sequence[Measured]], metric: Metric, *, draws: int, seed: int, over_time: bool = False
) -> dict[str, Replicates]:
    """The metric of every candidate under one shared set of weightings; the mean over folds, each counting once.

    What each candidate's own fits differ by is drawn for each by itself; what moments differ by is drawn for all
    together, because they were measured at the same ones.
    """
    codes, spans = clusters_of(next(iter(entrants.values())))
    resampling = Resampling(codes, draws=draws, seed=seed)
    by_unit, observed = {}, {}
    for name, measured in entrants.items():
        by_unit[name], observed[name] = _measured(resampling, metric, measured, spans)
    apart = moment_noise(observed, draws=draws, seed=seed) if over_time else {}
    also = _also(metric, refitted=any(fits.size > 1 for of in observed.values() for fits in of), over_time=over_time)
    return {
        name: Replicates(
            observed=float(np.mean([fits.mean() for fits in of_folds])),
            draws=by_unit[name] + apart.get(name, 0.0) + training_noise(of_folds, draws=draws, seed=(seed, place)),
            spread=float(np.sqrt(np.mean([fits.var(ddof=1) if fits.size > 1 else 0.0 for fits in of_folds]))),
            also=also,
            by_fold=tuple(float(fits.mean()) for fits in of_folds),
        )
        for place, (name, of_folds) in enumerate(observed.items())
    }


def _measured(
    resampling: Resampling, metric: Metric, measured: Sequence[Measured], spans: Sequence[slice]
) -> tuple[FloatArray, list[FloatArray]]:
    """(draws,) the mean over folds and fits with other units, and the observed value of each fit, fold by fold."""

    def of(rows: pl.DataFrame, span: slice) -> Statistic:
        return lambda weights: metric.value(rows, weights[:, span])

    fits = [
        [of(units[metric.name].struct.unnest(), span) for units in (fold.units, *fold.refits)]
        for fold, span in zip(measured, spans, strict=True)
    ]

    def whole(weights: FloatArray) -> FloatArray:
        return np.asarray(np.mean([np.mean([fit(weights) for fit in fold], axis=0) for fold in fits], axis=0))

    draws = resampling.replicates([whole], smooth=is_smooth(metric))
    return draws[0], [np.array([resampling.observed(fit) for fit in fold]) for fold in fits]


def _also(metric: Metric, *, refitted: bool, over_time: bool) -> str:
    said = {
        "; each unit's contribution by leaving it out (Efron and Stein 1981)": not is_smooth(metric),
        "; further fits by Student's t": refitted,
        "; other moments by Student's t": over_time,
    }
    return "".join(words for words, holds in said.items() if holds)
