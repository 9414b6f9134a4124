"""Measure the inflation of the objective in the test span by a leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from starcase.contract.request import Answer, FloatArray, RequestTable, extract_features
from starcase.contract.system import GateEvidence
from starcase.evidence.figure import Figure
from starcase.inference import Resampling
from starcase.stages.gate.leaks.leak import Leak
from starcase.stages.gate.matured_rows import MaturedRows, find_metric, select_matured_rows

DRAWS, LEVEL = 500, 0.95


def measure_inflation(evidence: GateEvidence, leak: Leak) -> Figure | None:
    """Measure the inflation of the objective by a leak, positive if the leak improves it, with a paired interval.

    A feature is worth what is lost when its values are shuffled among the requests of the test span. Rows are worth
    what is lost when they are left out of it. None where nothing has matured, where all or none of the matured requests
    leak, and where the leak is in training alone, whose worth only training again would tell.
    """
    known = select_matured_rows(evidence)
    metric = find_metric(evidence, evidence.case.objective.metric)
    clean = _answer_without_column(evidence, known, leak.column) if leak.column else known.answers
    kept = np.ones(known.rows.height) if leak.column else (~known.rows["id"].is_in(leak.rows)).to_numpy().astype(float)
    if (not leak.column and kept.all()) or not kept.any():
        return None
    with_leak, without = (metric.per_unit(answers, known.rows) for answers in (known.answers, clean))
    sign = 1.0 if metric.direction == "higher" else -1.0

    def compute_gain(weights: FloatArray) -> FloatArray:
        return np.asarray(sign * (metric.value(with_leak, weights) - metric.value(without, weights * kept)))

    effect = Resampling(known.clusters, draws=DRAWS, seed=evidence.seed).effect(compute_gain, level=LEVEL)
    if not np.isfinite(effect.estimate):
        return None
    figure = Figure(
        name=f"{metric.name} owed to {leak.column or leak.figure.name}", value=effect.estimate, unit=metric.unit,
        n=effect.n, evidence_class="offline",
    )  # fmt: skip
    if not np.isfinite([effect.low, effect.high]).all():
        return figure
    return replace(figure, low=effect.low, high=effect.high, level=LEVEL)


def _answer_without_column(evidence: GateEvidence, known: MaturedRows, column: str) -> Sequence[Answer]:
    """Return the model's answers with one column shuffled among the requests, so that it carries no information."""
    features = extract_features(evidence.requests)
    order = np.random.default_rng(evidence.seed).permutation(features.height)
    shuffled = features.with_columns(features[column].gather(order))
    ids, units, at = ([getattr(r, name) for r in evidence.requests] for name in ("id", "unit", "at"))
    answers = evidence.model.decide(RequestTable(ids, units, at, shuffled))
    return [answers[place] for place in known.index]
