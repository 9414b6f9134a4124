"""Find features that are a clock, a name, or the outcome itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import polars.selectors as cs

from starcase.contract.request import FloatArray
from starcase.contract.system import OutcomeKind
from starcase.evidence.figure import Figure
from starcase.stages.gate.leaks.leak import Leak, Split, compute_correlation, compute_ranks, convert_to_numbers

MOST_ROWS = 100_000
FEW_ROWS = 1_000
CLOCK = 0.999
NAMES, NUMBERS = 0.9, 0.999
LEVELS = 100
STRONG = 0.9


def find_name_leaks(split: Split) -> Iterator[Leak]:
    """Find features that are a clock, a row number, or a name of the row.

    Where outcomes are rankings, a text holds a unit's past: it differs from row to row and names none.
    """
    table = _thin_rows(split.rows)
    features, at = table["features"].struct.unnest(), table["at"].cast(pl.Float64).to_numpy()
    for name, column in features.select(cs.numeric()).to_dict().items():
        values, known = convert_to_numbers(column)
        if known.sum() < FEW_ROWS or np.unique(values[known]).size <= LEVELS:
            continue
        alike = abs(compute_correlation(compute_ranks(values[known]), compute_ranks(at[known])))
        if alike >= CLOCK:
            yield _build_feature_leak(name, "is a clock or a row number", "rank correlation with time", alike, known)
        elif _is_whole(values[known]) and (unique := np.unique(values[known]).size / known.sum()) > NUMBERS:
            yield _build_feature_leak(name, "names the row", "share of different values", unique, known)
    for name, column in features.select(cs.string()).to_dict().items() if split.kind != "ranking" else ():
        unique = column.drop_nulls().n_unique() / max(1, column.len())
        if column.len() >= FEW_ROWS and unique > NAMES:
            yield _build_feature_leak(name, "names the row", "share of different values", unique, np.ones(column.len()))


def find_outcome_leaks(split: Split, *, alone: float, drop: float) -> Iterator[Leak]:
    """Find features that reveal the outcome almost perfectly, or in training far better than in the test span."""
    if split.kind == "ranking":
        return
    trained, tested = _thin_rows(split.rows), _build_test_table(split)
    for name, column in trained["features"].struct.unnest().to_dict().items():
        strength = _measure_strength(column, trained["outcome"], split.kind)
        if strength is None:
            continue
        if strength >= alone:
            yield _build_feature_leak(
                name, "alone gives the outcome away", "strength alone", strength, trained["outcome"]
            )
        elif strength >= STRONG and name in tested.columns:
            later = _measure_strength(tested[name], tested["*outcome"], split.kind)
            if later is not None and strength - later > drop:
                what = "knows the outcome in training and not in the test span"
                yield _build_feature_leak(name, what, "strength lost", strength - later, tested["*outcome"])


def _build_feature_leak(name: str, what: str, measure: str, value: float, rows: pl.Series | np.ndarray) -> Leak:
    figure = Figure(name=f"{measure} of {name}", value=float(value), unit="share", n=len(rows))
    return Leak(what=f"feature {name} {what}", figure=figure, column=name)


def _measure_strength(column: pl.Series, outcome: pl.Series, kind: OutcomeKind) -> float | None:
    """Measure how well a single feature orders the outcomes: 0 not at all, 1 perfectly; None if it is undefined.

    For a binary outcome the Gini coefficient (twice the area under the ROC curve, minus one), for a real one Spearman's
    rank correlation, both without their sign.
    """
    values, known = convert_to_numbers(column if column.dtype.is_numeric() else column.is_null().cast(pl.Float64))
    target = outcome.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    known = known & np.isfinite(target)
    if known.sum() < FEW_ROWS // 10 or np.unique(values[known]).size < 2:  # noqa: PLR2004 - a constant orders nothing
        return None
    ordered, target = compute_ranks(values[known]), target[known]
    if kind == "real":
        return abs(compute_correlation(ordered, compute_ranks(target)))
    events = target > 0
    n_events, n_others = int(events.sum()), int((~events).sum())
    if min(n_events, n_others) < 20:  # noqa: PLR2004 - a handful of events is ordered perfectly by chance
        return None
    area = (ordered[events].sum() - n_events * (n_events + 1) / 2) / (n_events * n_others)
    return abs(2 * float(area) - 1)


def _build_test_table(split: Split) -> pl.DataFrame:
    table = split.features.with_columns(split.outcome.cast(pl.Float64, strict=False).alias("*outcome"))
    return _thin_rows(table.filter(pl.col("*outcome").is_not_null()))


def _thin_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Return at most ``MOST_ROWS`` rows, evenly spaced."""
    return table.gather_every(1 + table.height // MOST_ROWS)


def _is_whole(values: FloatArray) -> bool:
    return bool(np.all(values == np.floor(values)))
