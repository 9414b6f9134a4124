"""Resampling independent units, for metrics that do not decompose: average precision, recall at a rate, cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.inference.effect import FITTED_MODEL, Effect

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Statistic = Callable[[FloatArray], FloatArray]
CHUNK_CELLS = 4_000_000
MOST_LEFT_OUT = 2_000
FEWEST_UNITS = 3


@dataclass(frozen=True, slots=True)
class Resampling:
    """One set of bootstrap weights, shared by all statistics that are compared in pairs.

    Rows of one cluster (a card, a user, a block of time) are drawn together, so that their dependence stays in the
    interval (``assign_time_blocks`` makes the codes of blocks of time). Weights are multinomial counts over clusters.

    Args:
        clusters: (n_rows,) codes 0..k-1 of the independent unit each row belongs to.
        draws: number of weightings.
        seed: makes the weightings reproducible.

    On fewer than ``FEWEST_UNITS`` units every replicate is undefined, so that no interval and no test comes of it: one
    unit tells nothing of another, and two lie on the same side of zero by chance half of the time.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 6 and 8; weights as in Rubin's multinomial
    form of the nonparametric bootstrap.

    >>> rows = np.array([1.0, 2.0, 4.0, 5.0])
    >>> resampling = Resampling(np.arange(4), draws=200, seed=1)
    >>> effect = resampling.effect(lambda w: w @ rows / w.sum(axis=1), level=0.9)
    >>> effect.estimate, effect.low < 3 < effect.high
    (3.0, True)
    """

    clusters: IntArray
    draws: int
    seed: int

    def __post_init__(self) -> None:
        if self.clusters.ndim != 1 or self.clusters.size == 0:
            raise ValueError(f"clusters must be one code a row, at least one row; got shape {self.clusters.shape}")
        if self.draws < 100:  # noqa: PLR2004 - below that a percentile interval is not one
            raise ValueError(f"{self.draws} draws are too few for an interval; use at least 100")

    @property
    def units(self) -> int:
        """Number of independent units."""
        return int(self.clusters.max()) + 1

    def draw_weightings(self) -> Iterator[FloatArray]:
        """Chunks of weightings, shape (some draws, n_rows), the same at every call."""
        rng = np.random.default_rng(self.seed)
        size = max(1, CHUNK_CELLS // self.clusters.size)
        for start in range(0, self.draws, size):
            yield _draw_counts(rng, min(size, self.draws - start), self.units)[:, self.clusters]

    def replicates(self, statistics: Sequence[Statistic], *, smooth: bool = True) -> FloatArray:
        """Each statistic under each weighting, (n_statistics, draws); ``jackknifed`` where they are not smooth.

        NaN throughout on fewer than ``FEWEST_UNITS`` units.
        """
        if self.units < FEWEST_UNITS:
            return np.full((len(statistics), self.draws), np.nan)
        if not smooth:
            return self.jackknife(statistics)
        chunks = [np.stack([statistic(weights) for statistic in statistics]) for weights in self.draw_weightings()]
        return np.concatenate(chunks, axis=1)

    def jackknife(self, statistics: Sequence[Statistic]) -> FloatArray:
        """Return jackknife draws of each statistic around its observed value, shape (n_statistics, draws).

        For statistics that are not smooth in the weights. A resample holds two thirds of the different units, so a
        count of distinct values is too low under every weighting, and a percentile interval does not contain its
        estimate. Here each unit is left out once; the difference it makes is what it contributes, and the draws
        resample those contributions. Their variance is the jackknife's, which on average is never below the true one.
        Above ``MOST_LEFT_OUT`` units, groups of units are left out.

        Source: Efron & Stein (1981), The jackknife estimate of variance, Ann. Statist. 9; draws from contributions:
        Davison & Hinkley (1997), Bootstrap Methods and their Application, section 2.7.

        >>> shown = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]])
        >>> different = lambda w: ((w > 0) @ shown > 0).sum(axis=1).astype(float)
        >>> resampling = Resampling(np.arange(3), draws=200, seed=1)
        >>> resampled, jackknifed = resampling.replicates([different]), resampling.jackknife([different])
        >>> (round(float(resampled.mean()), 1), round(float(jackknifed.mean()), 1),
        ...  resampling.compute_statistic(different))
        (3.4, 3.9, 4.0)
        """
        rng = np.random.default_rng([self.seed, self.units])
        k = min(self.units, MOST_LEFT_OUT)
        group = (rng.permutation(self.units) % k)[self.clusters]
        whole = np.array([[self.compute_statistic(statistic)] for statistic in statistics])
        size = max(1, CHUNK_CELLS // self.clusters.size)
        parts = [np.arange(start, min(start + size, k)) for start in range(0, k, size)]
        without = np.concatenate(
            [np.stack([s((group != part[:, None]).astype(np.float64)) for s in statistics]) for part in parts], axis=1
        )
        contributed = (whole - without) * np.sqrt((k - 1) / k)
        return np.asarray(whole + contributed @ (_draw_counts(rng, self.draws, k) - 1.0).T)

    def compute_statistic(self, statistic: Statistic) -> float:
        """The statistic on the rows as they are."""
        return float(statistic(np.ones((1, self.clusters.size)))[0])

    def effect(self, statistic: Statistic, *, level: float, smooth: bool = True) -> Effect:
        """The statistic with its percentile interval; p-value against zero."""
        drawn = self.replicates([statistic], smooth=smooth)[0]
        return compute_percentile_interval(self.compute_statistic(statistic), drawn, level=level, n=self.units)


def _draw_counts(rng: np.random.Generator, draws: int, k: int) -> FloatArray:
    """(draws, k) how often each of k units is drawn in k draws with replacement."""
    drawn = np.empty((draws, k))
    for row in drawn:
        row[:] = np.bincount(rng.integers(k, size=k), minlength=k)
    return drawn


def compute_percentile_interval(estimate: float, replicates: FloatArray, *, level: float, n: int) -> Effect:
    """The percentile interval and the two-sided p-value that agrees with it.

    Draws in which the statistic is undefined (no outcome was drawn) are left out; where more than one in twenty is, the
    effect is undefined: its interval runs from minus to plus infinity and its p-value is 1. So it is on fewer than
    ``FEWEST_UNITS`` units.

    Args:
        estimate: the statistic on the rows as they are.
        replicates: (draws,) the statistic under each weighting.
        level: coverage of the interval.
        n: number of independent units.

    Raises:
        ValueError: there is no draw.
    """
    if not replicates.size:
        raise ValueError("an interval needs at least one draw")
    defined = replicates[np.isfinite(replicates)]
    assumptions = ("units are independent of each other", "enough units that the percentile interval covers")
    if n < FEWEST_UNITS or not np.isfinite(estimate) or defined.size < 0.95 * replicates.size:
        low, high, p = -np.inf, np.inf, 1.0
    else:
        low, high = (float(q) for q in np.quantile(defined, [(1 - level) / 2, (1 + level) / 2]))
        below = (np.sum(defined <= 0) + 1) / (defined.size + 1)
        above = (np.sum(defined >= 0) + 1) / (defined.size + 1)
        p = float(min(1.0, 2 * min(below, above)))
    return Effect(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        p_value=p,
        n=n,
        method=f"paired percentile bootstrap over {n} independent units, {replicates.size} draws",
        question=FITTED_MODEL,
        assumptions=assumptions,
    )
