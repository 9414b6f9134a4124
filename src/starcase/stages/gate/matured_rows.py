"""The rows of the evidence whose outcome is known; figures use only these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from starcase.contract.model import Metric
from starcase.contract.request import Answer, FloatArray
from starcase.contract.system import GateEvidence
from starcase.errors import NotIdentifiable

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MaturedRows:
    """Matured rows of the test span, all aligned.

    Args:
        rows: one row a decision, as ``Dataset.outcomes`` gives them.
        index: (n,) position of each row among the requests.
        clusters: (n,) codes 0..k-1 of the independent unit each row belongs to.
        answers: the candidate's.
        incumbent: the incumbent's.
    """

    rows: pl.DataFrame
    index: IntArray
    clusters: IntArray
    answers: Sequence[Answer]
    incumbent: Sequence[Answer]

    @property
    def outcome(self) -> FloatArray:
        """(n,) outcomes; NaN where an outcome is not a number."""
        return self.rows["outcome"].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()

    @property
    def units(self) -> int:
        """Number of independent units."""
        return int(self.clusters.max()) + 1


def select_matured_rows(evidence: GateEvidence) -> MaturedRows:
    """Select the matured rows of the evidence; raises NotIdentifiable if there are none or rows do not align."""
    outcomes = evidence.outcomes
    counts = {len(evidence.requests), len(evidence.answers), len(evidence.incumbent_answers), outcomes.height}
    if len(counts) > 1:
        raise NotIdentifiable(f"requests, answers and outcomes do not align: {sorted(counts)} rows")
    index = outcomes["matured"].arg_true().to_numpy().astype(np.int64)
    if index.size == 0:
        raise NotIdentifiable(f"none of {outcomes.height} outcomes has matured: wait for them")
    rows = outcomes[index]
    return MaturedRows(
        rows=rows,
        index=index,
        clusters=encode_names(rows["cluster"]),
        answers=[evidence.answers[i] for i in index],
        incumbent=[evidence.incumbent_answers[i] for i in index],
    )


def encode_names(names: pl.Series) -> IntArray:
    """Return codes 0..k-1 of the names in a column, in their order of appearance."""
    return (
        pl.DataFrame({"name": names})
        .select(pl.col("name").rle_id() if names.n_unique() == names.len() else pl.col("name").rank("dense") - 1)
        .to_series()
        .to_numpy()
        .astype(np.int64)
    )


def find_metric(evidence: GateEvidence, name: str) -> Metric:
    """Return the system's metric of that name; raises NotIdentifiable with the known metrics."""
    metrics = {metric.name: metric for metric in evidence.system.metrics(evidence.case)}
    if name not in metrics:
        raise NotIdentifiable(f"the system has no metric {name!r}: it has {', '.join(sorted(metrics))}")
    return metrics[name]
