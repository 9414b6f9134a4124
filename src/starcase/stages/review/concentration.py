"""Concentration of harm: slices harmed more often than the rest, corrected for multiple comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.evidence import Figure
from starcase.evidence.figure import drop_open_interval
from starcase.evidence.records import Cause
from starcase.inference import Effect, Resampling, compute_percentile_interval, step_down
from starcase.stages.review.exposure_decisions import ExposureDecisions

SMALLEST = 20
DRAWS = 1_000
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Part:
    what: str
    inside: BoolArray
    effect: Effect
    adjusted: float


def find_concentrations(seen: ExposureDecisions, *, seed: int, level: float = 0.95) -> tuple[Cause, ...]:
    """Find slices whose share of harmed decisions exceeds that of all others, largest excess first.

    Every slice of at least ``SMALLEST`` decisions is asked about, by a bootstrap over units; p-values are adjusted for
    all of them together, so that the chance of naming any slice where harm was spread evenly is at most 1 - ``level``.

    Args:
        seen: the decisions of the exposure.
        seed: of the bootstrap.
        level: coverage of each interval.
    """
    if not seen.harmed.any():
        return ()
    parts = _test_slices(seen, seed=seed, level=level)
    shown = [(part, part.adjusted) for part in parts if part.effect.estimate > 0 and part.adjusted <= 1 - level]
    shown.sort(key=lambda one: (-one[0].effect.estimate, one[0].what))
    return tuple(_build_cause(part, seen.harmed, p) for part, p in shown)


def _test_slices(seen: ExposureDecisions, *, seed: int, level: float) -> list[_Part]:
    harmed = seen.harmed.astype(np.float64)
    units = pl.Series([request.unit for request in seen.requests])
    clusters = (units.rank("dense") - 1).to_numpy().astype(np.int64)
    resampling = Resampling(clusters, draws=DRAWS, seed=seed)
    found = list(_list_slices(seen))
    if not found:
        return []
    statistics = [_build_excess_statistic(harmed, inside) for _, inside in found]
    observed, replicates = [resampling.compute_statistic(s) for s in statistics], resampling.replicates(statistics)
    return [
        _Part(what, inside, compute_percentile_interval(estimate, drawn, level=level, n=resampling.units), float(p))
        for (what, inside), estimate, drawn, p in zip(
            found, observed, replicates, step_down(observed, replicates), strict=True
        )
    ]


def _list_slices(seen: ExposureDecisions) -> Iterator[tuple[str, BoolArray]]:
    """List every slice with enough decisions inside and outside it."""
    slices = seen.system.slices(seen.requests, seen.retrospect)
    for way in slices.columns:
        for value in sorted(slices[way].unique().drop_nulls().to_list()):
            inside = (slices[way] == value).fill_null(value=False).to_numpy()
            if min(inside.sum(), (~inside).sum()) >= SMALLEST:
                yield f"{way} {value}", inside


def _build_excess_statistic(harmed: FloatArray, inside: BoolArray) -> Callable[[FloatArray], FloatArray]:
    """Build the statistic: share of harmed decisions inside a slice minus that outside, under each weighting."""
    columns = np.stack([inside * harmed, inside, ~inside * harmed, ~inside], axis=1).astype(np.float64)

    def statistic(weights: FloatArray) -> FloatArray:
        hit, within, hit_outside, outside = (weights @ columns).T
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(hit / within - hit_outside / outside)

    return statistic


def _build_cause(part: _Part, harmed: BoolArray, p: float) -> Cause:
    effect, n = part.effect, int(part.inside.sum())

    def share(name: str, value: float, n: int) -> Figure:
        return Figure(name=name, value=value, unit="share", n=n, evidence_class="replayed")

    excess = drop_open_interval(
        Figure(
            name="share of harmed decisions above that elsewhere", value=effect.estimate, unit="share", low=effect.low,
            high=effect.high, level=effect.level, n=effect.n, evidence_class="replayed",
        )
    )  # fmt: skip
    return Cause(
        what=f"harm concentrated in {part.what}",
        figures=(
            share("share of decisions harmed", float(harmed[part.inside].mean()), n),
            share("share of decisions harmed elsewhere", float(harmed[~part.inside].mean()), harmed.size - n),
            excess,
            Figure(name="adjusted p-value", value=p, unit="", n=effect.n, evidence_class="replayed"),
        ),
    )
