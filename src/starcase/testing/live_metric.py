"""The contract of a live metric: numerator and denominator of each decision, independent of other rows, weighted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

import numpy as np
import polars as pl

from starcase.contract.answer_content import encode_content
from starcase.contract.case_spec import Case
from starcase.contract.model import LiveMetric
from starcase.contract.system import Dataset, Fold, System
from starcase.evidence.decisions.tables import CONTENT, DECISIONS
from starcase.testing.violations import collect_complaints, find_missing, require

MEMBERS = ("direction", "largest_weight", "name", "outcome", "outcome_is_fact", "per_decision", "unit")
COLUMNS = {"numerator": pl.Float64(), "denominator": pl.Float64()}
MOST = 200


def check_live_metric(metric: LiveMetric, better: pl.DataFrame, worse: pl.DataFrame) -> None:
    """Raise ContractBroken where a live metric breaks its contract.

    Checked: name, unit, direction and outcome; one row of two numbers for each decision, both null or neither; no
    effect of other rows; a doubled weight counts twice; decisions unchanged; a planted better model is found better.

    Args:
        metric: the live metric.
        better: (n,) rows as ``DecisionLog.table`` gives them, served by a clearly better model.
        worse: the same of a clearly worse model.

    Raises:
        ContractBroken: lists the complaints.
    """
    name = getattr(metric, "name", type(metric).__name__)
    require(f"the live metric {name}", find_live_metric_complaints(metric, better, worse))


def find_live_metric_complaints(
    metric: LiveMetric, better: pl.DataFrame, worse: pl.DataFrame | None = None
) -> Iterator[str]:
    """Yield the complaints about a live metric; its direction is checked where there is a worse model."""
    lacking = list(find_missing(metric, MEMBERS))
    if lacking:
        yield from lacking
        return
    for part in ("name", "unit", "outcome"):
        value = getattr(metric, part)
        if not isinstance(value, str) or not value:
            yield f"its {part} is {value!r}; text is required"
    if not isinstance(metric.outcome_is_fact, bool):
        yield f"its outcome_is_fact is {metric.outcome_is_fact!r}; True or False is required"
    if not isinstance(metric.largest_weight, int | float) or not 1 <= metric.largest_weight < float("inf"):
        yield f"its largest_weight is {metric.largest_weight!r}; a finite number of at least 1 is required"
    if metric.direction not in {"higher", "lower"}:
        yield f"its direction is {metric.direction!r}; 'higher' or 'lower' is required"
    for decisions in (better,) if worse is None else (better, worse):
        yield from collect_complaints("measuring decisions", partial(_check_values, metric, decisions))
    if worse is not None:
        yield from collect_complaints("comparing two models", lambda: _check_direction(metric, better, worse))


def build_traffic_table(system: System, case: Case, dataset: Dataset, fold: Fold) -> pl.DataFrame | None:
    """Build a table of decisions of the system's first baseline with outcomes; None where it has no baseline."""
    baseline = next(iter(system.baselines(case)), None)
    if baseline is None:
        return None
    model = baseline.fit(dataset.train(fold), rng=np.random.default_rng(0))
    environment = system.environment(case, dataset)
    rows: list[Sequence[object]] = []
    contents = []
    for seq, request in enumerate(islice(environment.arrivals(fold.test_start, fold.test_end), MOST), 1):
        answer = model.decide((request,))[0]
        outcome = environment.outcome(request, answer)
        known: Sequence[object] = (None, None, None) if outcome is None else (outcome.value, outcome.at, outcome.weight)
        asked = (seq, request.id, request.unit, request.at)
        rows.append((*asked, 1, 0, baseline.name, "", 1.0, answer.action, answer.score, "", 1.0, *known))
        contents.append(encode_content(answer.content))
    table = pl.DataFrame(rows, schema=DECISIONS, orient="row")
    return table.with_columns(pl.Series(CONTENT, contents, dtype=pl.String()))


def _check_values(metric: LiveMetric, decisions: pl.DataFrame) -> Iterator[str]:
    before = decisions.clone()
    found = metric.per_decision(decisions)
    if not decisions.equals(before):
        yield "it changes the decisions table"
    if dict(found.schema) != COLUMNS:
        yield f"it gives the columns {dict(found.schema)}; numerator and denominator, both Float64, are required"
        return
    if found.height != before.height:
        yield f"it gives {found.height} rows of {before.height} decisions; one row for each is required"
        return
    if not found["numerator"].is_null().equals(found["denominator"].is_null()):
        yield "a decision has a numerator without a denominator, or a denominator without a numerator"
    known = found.drop_nulls()
    if not np.isfinite(known.to_numpy()).all():
        yield "a value is not finite; null is required where the outcome is unknown"
    elif known.height and float(known["denominator"].to_numpy().min()) < 0:
        yield "a denominator is below zero"
    if not metric.per_decision(before.reverse()).reverse().equals(found):
        yield "its values of a decision depend on the other decisions"
    heaviest = before["outcome_weight"].max()
    if isinstance(heaviest, float) and heaviest > metric.largest_weight * (1 + 1e-9):
        yield f"an outcome weighs {heaviest:g}, more than the largest weight of {metric.largest_weight:g}"
    yield from _check_weights(metric, before, found)


def _check_weights(metric: LiveMetric, decisions: pl.DataFrame, found: pl.DataFrame) -> Iterator[str]:
    seen = decisions["outcome"].is_not_null()
    twice = metric.per_decision(decisions.with_columns(outcome_weight=2 * pl.col("outcome_weight")))
    if not np.allclose(twice.filter(seen).to_numpy(), 2 * found.filter(seen).to_numpy(), equal_nan=True):
        yield "an outcome of doubled weight does not count twice"


def _check_direction(metric: LiveMetric, better: pl.DataFrame, worse: pl.DataFrame) -> Iterator[str]:
    good, bad = (_compute_value(metric.per_decision(table)) for table in (better, worse))
    if (good <= bad) if metric.direction == "higher" else (good >= bad):
        yield f"{metric.direction} should be better, but the better model reaches {good:g}, the worse {bad:g}"


def _compute_value(found: pl.DataFrame) -> float:
    return float(found["numerator"].sum()) / float(found["denominator"].sum())
