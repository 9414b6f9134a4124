"""Find features made from later data: outcomes summed over all of time, values scaled by later rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import polars.selectors as cs

from starcase.contract.request import FloatArray
from starcase.evidence.figure import Figure
from starcase.stages.gate.leaks.leak import Leak, Split, compute_correlation, convert_to_numbers

FEWEST = 100
TOLD = 0.98
EXACT, APART = 1e-6, 1e-3


def find_aggregate_leaks(split: Split) -> Iterator[Leak]:
    """Find features that equal, at a unit's first row, the sum or mean of all its outcomes.

    At its first row a unit has no past: a feature made of the past is the same for all units there, and one that is
    honestly telling does not equal their outcomes' mean, sum, or mean without the row's own.
    """
    if split.kind == "ranking":
        return
    rows = split.rows.select("cluster", "outcome", features="features").with_row_index("row")
    later = pl.DataFrame({"cluster": split.clusters, "outcome": split.outcome.cast(pl.Float64, strict=False)})
    whole = pl.concat([rows.select("cluster", pl.col("outcome").cast(pl.Float64, strict=False)), later])
    found = rows.group_by("cluster", maintain_order=True).first().join(
        whole.group_by("cluster").agg(total=pl.col("outcome").sum(), known=pl.col("outcome").count()), on="cluster"
    ).filter(pl.col("known") > 1)  # fmt: skip
    if found.height < FEWEST:
        return
    total, known, own = (found[name].cast(pl.Float64).to_numpy() for name in ("total", "known", "outcome"))
    made = {"sum": total, "mean": total / known, "mean without its own": (total - own) / (known - 1)}
    for name, column in found["features"].struct.unnest().select(cs.numeric()).to_dict().items():
        values, there = convert_to_numbers(column)
        for how, aggregate in made.items():
            usable = there & np.isfinite(aggregate)
            alike = abs(compute_correlation(values[usable], aggregate[usable])) if usable.sum() >= FEWEST else 0.0
            if alike >= TOLD:
                what = f"feature {name} is the {how} of a unit's outcomes over all of time"
                figure = Figure(name=f"correlation of {name} with it at a unit's first row", value=alike, unit="share",
                                n=int(usable.sum()))  # fmt: skip
                yield Leak(what=what, figure=figure, column=name)
                break


def find_scale_leaks(split: Split, whole: pl.DataFrame) -> Iterator[Leak]:
    """Find features scaled with rows after training: scaled exactly over all rows, and not over training rows.

    Args:
        split: training rows and test requests.
        whole: features of every row there is, one column a feature.
    """
    trained = split.trained
    for name, column in whole.select(cs.float()).to_dict().items():
        if name not in trained.columns:
            continue
        everything, there = convert_to_numbers(column)
        before, known = convert_to_numbers(trained[name])
        everything, before = everything[there], before[known]
        if min(everything.size, before.size) < FEWEST:
            continue
        for how, distance in (
            ("mean 0 and deviation 1", _measure_standard_distance),
            ("least 0 and most 1", _measure_range_distance),
        ):
            off = distance(before)
            if distance(everything) < EXACT and off > APART:
                figure = Figure(name=f"distance of the training rows from {how} in {name}", value=off, unit="",
                                n=before.size)  # fmt: skip
                what = f"feature {name} is scaled by what came after training: {how} over all rows"
                yield Leak(what=what, figure=figure, column=name)


def _measure_standard_distance(values: FloatArray) -> float:
    """Measure the distance from mean 0 and deviation 1, for the nearer of the two definitions of deviation."""
    apart = min(abs(float(values.std()) - 1), abs(float(values.std(ddof=1)) - 1))
    return max(abs(float(values.mean())), apart)


def _measure_range_distance(values: FloatArray) -> float:
    """Measure the distance of a continuous column from the range 0 to 1; infinite if an end is a common value."""
    least, most = float(values.min()), float(values.max())
    if (values == least).sum() > 1 or (values == most).sum() > 1:
        return np.inf
    return max(abs(least), abs(most - 1))
