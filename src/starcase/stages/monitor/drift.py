"""Drift as its effect on the objective: from the mix of decisions at once, from outcomes as they mature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from starcase.contract.answer_content import extract_facets
from starcase.contract.model import LiveMetric
from starcase.contract.request import Json
from starcase.errors import NotIdentifiable
from starcase.evidence.figure import Figure, drop_open_interval
from starcase.inference import Effect, Moments, Ratio, estimate_difference, estimate_drift_effect

CELLS = 10
SHOWN = 5
LEAST = 20
OTHERS, MISSING = "other", "missing"
VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of decisions of one model.

    Args:
        decisions: n rows as ``DecisionLog.table`` gives them.
        features: n rows, one column a feature, as the decisions saw them.
        contents: n contents of the answers; empty where answers are actions only.
    """

    decisions: pl.DataFrame
    features: pl.DataFrame
    contents: Sequence[Json] = ()

    @property
    def mixed(self) -> pl.DataFrame:
        """The columns used to group decisions, n rows: features, score, and scalar values of the content served."""
        table = self.features.with_columns(score=self.decisions["score"])
        if not any(content is not None for content in self.contents):
            return table
        served = pl.DataFrame(
            [dict(extract_facets(content)) for content in self.contents], infer_schema_length=None, strict=False
        )
        return table.with_columns(column for column in served if column.name not in table.columns)


def measure_drift(metric: LiveMetric, reference: Window, now: Window, *, level: float = 0.95) -> tuple[Figure, ...]:
    """Measure the change since the reference in the unit of a live metric, not as a distance of distributions.

    First the change of the metric on known outcomes, once every action has at least twenty of them: few outcomes of
    blocked decisions ever become known, and with fewer the rest are not representative. Then, for features, score and
    content served with the action, by how much the metric moves because the mix of values differs: this needs no
    present outcome and does not see changes that the mix cannot explain. The five largest are reported; their
    intervals hold simultaneously over all columns tested.

    Args:
        metric: what is measured, weighted as outcomes are seen.
        reference: decisions whose outcomes are known.
        now: decisions of today.
        level: coverage of the intervals.
    """
    return tuple(
        drop_open_interval(figure)
        for figure in (
            *_measure_outcome_change(metric, reference, now, level),
            *_measure_mix_changes(metric, reference, now, level),
        )
    )


def _measure_outcome_change(metric: LiveMetric, reference: Window, now: Window, level: float) -> Iterator[Figure]:
    """Measure the change on known outcomes; nothing where an action has too few of them to represent it."""
    known = now.decisions.group_by("action").agg(pl.col("outcome").is_not_null().sum())["outcome"]
    if known.len() == 0 or known.to_numpy().min() < LEAST:
        return
    before, after = (_sum_by_unit(metric, window.decisions) for window in (reference, now))
    try:
        effect = estimate_difference(Ratio("numerator", "denominator"), before, after, level=level)
    except NotIdentifiable:
        return
    yield _build_figure(f"change in {metric.name} on known outcomes", metric, effect)


def _sum_by_unit(metric: LiveMetric, decisions: pl.DataFrame) -> Moments:
    rows = metric.per_decision(decisions).with_columns(unit=decisions["unit"]).drop_nulls()
    units = rows.group_by("unit", maintain_order=True).sum()
    return Moments.from_columns({name: units[name].to_numpy() for name in ("numerator", "denominator")})


def _measure_mix_changes(metric: LiveMetric, reference: Window, now: Window, level: float) -> Iterator[Figure]:
    values = metric.per_decision(reference.decisions)
    known = values["denominator"].fill_null(0.0) > 0
    value = (values["numerator"] / values["denominator"]).filter(known)
    if value.len() < CELLS or now.decisions.height == 0:
        return
    before, after = reference.mixed.filter(known), now.mixed
    columns = [name for name in before.columns if name in after.columns]
    each = 1 - (1 - level) / max(1, len(columns))
    found = {name: _estimate_effect(before[name], after[name], value, each) for name in columns}
    for name in sorted(found, key=lambda name: -abs(found[name].estimate))[:SHOWN]:
        yield replace(_build_figure(f"{metric.name} moved by the mix of {name}", metric, found[name]), level=level)


def _estimate_effect(before: pl.Series, after: pl.Series, value: pl.Series, level: float) -> Effect:
    old, new = assign_cells(before, after)
    table = pl.DataFrame({"cell": old, VALUE: value})
    moments = {
        str(cell): Moments.from_columns({VALUE: part[VALUE].to_numpy()})
        for (cell,), part in table.group_by("cell", maintain_order=True)
    }
    counts = {str(cell): int(n) for cell, n in new.value_counts(sort=True).iter_rows()}
    bounds = (float(value.min()), float(value.max()))  # type: ignore[arg-type]
    return estimate_drift_effect(VALUE, moments, counts, level=level, bounds=bounds)


def assign_cells(before: pl.Series, after: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Assign values to cells: tenths of the reference for numbers, the commonest values for text, one for missing.

    >>> old, new = assign_cells(pl.Series([1.0, 2.0, 3.0, 4.0]), pl.Series([0.5, None]))
    >>> new.to_list()
    ['0', 'missing']
    """
    if before.dtype.is_numeric() and after.dtype.is_numeric():
        known = before.cast(pl.Float64).drop_nulls().drop_nans()
        edges = np.unique(np.quantile(known.to_numpy(), np.arange(1, CELLS) / CELLS)) if known.len() else np.empty(0)
        return _group_numbers(before, edges), _group_numbers(after, edges)
    frequent = before.cast(pl.String).value_counts(sort=True).head(CELLS).to_series()
    return _group_text(before, frequent), _group_text(after, frequent)


def _group_numbers(values: pl.Series, edges: np.ndarray) -> pl.Series:
    numbers = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    places = pl.Series(np.searchsorted(edges, numbers)).cast(pl.String)
    return pl.select(pl.when(pl.Series(np.isnan(numbers))).then(pl.lit(MISSING)).otherwise(places)).to_series()


def _group_text(values: pl.Series, frequent: pl.Series) -> pl.Series:
    text = values.cast(pl.String)
    named = pl.when(text.is_in(frequent.drop_nulls().implode())).then(text).otherwise(pl.lit(OTHERS))
    return pl.select(pl.when(text.is_null()).then(pl.lit(MISSING)).otherwise(named)).to_series()


def _build_figure(name: str, metric: LiveMetric, effect: Effect) -> Figure:
    return Figure(
        name=name, value=effect.estimate, unit=metric.unit, low=effect.low, high=effect.high, level=effect.level,
        n=effect.n, evidence_class="replayed",
    )  # fmt: skip
