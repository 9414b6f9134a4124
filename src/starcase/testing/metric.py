"""The contract of a metric: it can be recomputed under any weighting, and its direction is right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from starcase.contract.model import Metric
from starcase.contract.request import Answer, FloatArray
from starcase.testing.violations import collect_complaints, find_missing, require

MEMBERS = ("direction", "name", "per_unit", "unit", "value")
CLOSE = 1e-9


def check_metric(metric: Metric, outcomes: pl.DataFrame, better: Sequence[Answer], worse: Sequence[Answer]) -> None:
    """Raise ContractBroken where a metric breaks its contract.

    Checked: name, unit and direction; a planted better model is found better; one kept row for each outcome; a value
    for each weighting; a row that weighs two counts as two rows, one that weighs nothing as none; outcomes and
    weights left as they were; no row at all gives NaN instead of an error.

    Args:
        metric: the metric.
        outcomes: (n,) rows as ``Dataset.outcomes`` gives them, all matured.
        better: (n,) answers of a clearly better model.
        worse: (n,) answers of a clearly worse model.

    Raises:
        ContractBroken: lists the complaints.
    """
    name = getattr(metric, "name", type(metric).__name__)
    require(f"the metric {name}", find_metric_complaints(metric, outcomes, better, worse))


def find_metric_complaints(
    metric: Metric, outcomes: pl.DataFrame, better: Sequence[Answer], worse: Sequence[Answer]
) -> Iterator[str]:
    """Yield the complaints about a metric."""
    lacking = list(find_missing(metric, MEMBERS))
    if lacking:
        yield from lacking
        return
    yield from _check_attributes(metric)
    yield from collect_complaints("measuring", lambda: _check_values(metric, outcomes, better, worse))


def _check_attributes(metric: Metric) -> Iterator[str]:
    if not isinstance(metric.name, str) or not metric.name:
        yield f"its name is {metric.name!r}; text is required"
    if not isinstance(metric.unit, str) or not metric.unit:
        yield f"its unit is {metric.unit!r}; text such as 'share', 'EUR' or 'count' is required"
    if metric.direction not in {"higher", "lower"}:
        yield f"its direction is {metric.direction!r}; 'higher' or 'lower' is required"


def _check_values(
    metric: Metric, outcomes: pl.DataFrame, better: Sequence[Answer], worse: Sequence[Answer]
) -> Iterator[str]:
    before = outcomes.clone()
    units = metric.per_unit(better, outcomes)
    if not outcomes.equals(before):
        yield "it changes the outcomes table"
    if units.height != outcomes.height:
        yield f"it keeps {units.height} rows of {outcomes.height} outcomes; one row for each is required"
        return
    if not units.equals(metric.per_unit(better, outcomes)):
        yield "two calls keep different rows"
    ones = np.ones((1, outcomes.height))
    value = metric.value(units, ones)
    other = metric.value(metric.per_unit(worse, outcomes), ones)
    if np.shape(value) != (1,):
        yield f"one weighting gives values of shape {np.shape(value)}; (1,) is required"
        return
    if not (math.isfinite(value[0]) and math.isfinite(other[0])):
        yield f"the planted models reach {value[0]} and {other[0]}; finite numbers are required"
    elif (value[0] <= other[0]) if metric.direction == "higher" else (value[0] >= other[0]):
        yield f"{metric.direction} should be better, but the better model reaches {value[0]:g}, the worse {other[0]:g}"
    yield from _check_weights(metric, units)


def _check_weights(metric: Metric, units: pl.DataFrame) -> Iterator[str]:
    rng = np.random.default_rng(0)
    weights: FloatArray = rng.integers(0, 3, (4, units.height)).astype(np.float64)
    before = weights.copy()
    values = np.asarray(metric.value(units, weights))
    if not np.array_equal(weights, before):
        yield "it changes the weights array"
    if values.shape != (4,):
        yield f"4 weightings give values of shape {values.shape}; (4,) is required"
        return
    for row, value in zip(before, values, strict=True):
        repeated = units[np.repeat(np.arange(units.height), row.astype(int))]
        spelt_out = float(metric.value(repeated, np.ones((1, repeated.height)))[0])
        if not (
            math.isclose(value, spelt_out, rel_tol=CLOSE, abs_tol=CLOSE)
            or (math.isnan(value) and math.isnan(spelt_out))
        ):
            yield f"weights of 0, 1 and 2 give {value:g}, omitted and repeated rows give {spelt_out:g}"
            break
    with np.errstate(all="ignore"):
        nothing = np.asarray(metric.value(units, np.zeros((1, units.height))))
    if not np.isnan(nothing).all():
        yield f"with no weight on any row its value is {nothing.tolist()}; NaN is required"
