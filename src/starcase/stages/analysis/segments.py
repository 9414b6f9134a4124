"""Segment units by behaviour on log scales: the finest clustering that is stable and has large segments."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.errors import NotIdentifiable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Medians = Sequence[Sequence[float]]
Naming = Callable[[Sequence[float], Medians], str]
EVERYBODY = "everybody"
STARTS = 10
TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourSegments:
    """The centres of segments; each unit belongs to its nearest centre.

    Args:
        names: (k,) made of each segment's own medians.
        centres: (k, d) in standardised logarithms of the behaviour.
        mean: (d,) of the logarithms.
        scale: (d,) their standard deviations.
        medians: (k, d) of the behaviour of each segment's own units.
        shares: (k,) of the units.
        stability: the lowest agreement with segments found in a bootstrap sample (adjusted Rand index).
    """

    names: tuple[str, ...]
    centres: FloatArray
    mean: FloatArray
    scale: FloatArray
    medians: FloatArray
    shares: FloatArray
    stability: float

    def points(self, raw: FloatArray) -> FloatArray:
        """(n, d) behaviour as standardised logarithms."""
        return np.asarray((np.log1p(raw) - self.mean) / self.scale)

    def place(self, raw: FloatArray) -> IntArray:
        """Return (n,) the segment of each row of (n, d) behaviour."""
        apart = self.points(raw)[:, None, :] - self.centres[None]
        return np.asarray((apart**2).sum(axis=2).argmin(axis=1))


def build_single_segment(raw: FloatArray) -> BehaviourSegments:
    """Build one segment that holds all units."""
    return _build_segments(raw, np.zeros(len(raw), dtype=np.int64), np.zeros((1, raw.shape[1])), (EVERYBODY,), 1.0)


def find_segments(
    raw: FloatArray, naming: Naming, *, seed: int, most: int = 5, smallest: float = 0.05, agreement: float = 0.8,
    draws: int = 12,
) -> BehaviourSegments:  # fmt: skip
    """Find the finest clustering whose segments are all large enough and stable under the bootstrap.

    The mean silhouette alone would split off a handful of wholesalers; size and the worst agreement count here.

    Args:
        raw: (n, d) how each unit behaved, in numbers that are not negative.
        naming: a segment's own medians, and those of all segments, to its name.
        seed: of the case.
        most: at most so many segments.
        smallest: the share of units every segment must have.
        agreement: the lowest adjusted Rand index between any of the bootstrap's clusterings and the one on all units.
        draws: bootstrap samples.

    Raises:
        NotIdentifiable: not even two segments are large enough and stable.

    Source: Hennig (2007), Cluster-wise assessment of cluster stability.
    """
    x = _standardize(raw)
    tried = []
    for count in range(min(most, len(raw) - 1), 1, -1):
        centres, labels = _fit_clusters(x, x, count, seed)
        share = np.bincount(labels, minlength=count) / len(raw)
        stability = _measure_stability(x, labels, count, seed, draws)
        if share.min() >= smallest and stability >= agreement:
            medians = [np.median(raw[labels == label], axis=0).tolist() for label in range(count)]
            return _build_segments(raw, labels, centres, tuple(naming(one, medians) for one in medians), stability)
        tried.append(f"{count}: smallest {share.min():.1%}, agreement {stability:.2f}")
    raise NotIdentifiable(
        "there are no segments that are large enough and stable",
        why="; ".join(tried),
        mend="treat all units as one segment, or supply more history",
    )


def _standardize(raw: FloatArray) -> FloatArray:
    x = np.log1p(raw)
    return np.asarray((x - x.mean(axis=0)) / np.maximum(x.std(axis=0), TINY))


def _measure_stability(x: FloatArray, labels: IntArray, count: int, seed: int, draws: int) -> float:
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - loaded when clustering

    rng = np.random.default_rng(seed)
    samples = [rng.integers(len(x), size=len(x)) for _ in range(draws)]
    return float(min(adjusted_rand_score(labels, _fit_clusters(x[rows], x, count, seed)[1]) for rows in samples))


def _fit_clusters(sample: FloatArray, x: FloatArray, count: int, seed: int) -> tuple[FloatArray, IntArray]:
    """Fit centres to a sample and return the nearest one of each row of ``x``."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - loaded when clustering

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = KMeans(count, n_init=STARTS, random_state=seed).fit(sample)
        return np.asarray(fitted.cluster_centers_), np.asarray(fitted.predict(x), dtype=np.int64)


def _build_segments(
    raw: FloatArray, labels: IntArray, centres: FloatArray, names: tuple[str, ...], stability: float
) -> BehaviourSegments:
    logs = np.log1p(raw)
    return BehaviourSegments(
        names=names, centres=centres, mean=logs.mean(axis=0), scale=np.maximum(logs.std(axis=0), TINY),
        medians=np.stack([np.median(raw[labels == label], axis=0) for label in range(len(names))]),
        shares=np.bincount(labels, minlength=len(names)) / len(raw), stability=stability,
    )  # fmt: skip
