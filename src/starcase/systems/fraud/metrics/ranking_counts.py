"""Weighted counts of rows by falling score, the input of all ranking metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from starcase.contract.request import Answer
from starcase.systems.fraud.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class RankingCounts:
    """Weighted counts at or above each distinct score of a fraud, highest score first.

    Args:
        frauds: (draws, k) weight of the frauds that have exactly this score.
        caught: (draws, k) weight of the frauds at or above it.
        alerts: (draws, k) weight of all rows at or above it.
        total: (draws,) weight of all rows.
    """

    frauds: FloatArray
    caught: FloatArray
    alerts: FloatArray
    total: FloatArray

    @property
    def all_frauds(self) -> FloatArray:
        """(draws,) weight of all frauds."""
        return np.asarray(self.frauds.sum(axis=1))


def build_ranking_table(answers: Sequence[Answer], outcomes: pl.DataFrame) -> pl.DataFrame:
    """Score and outcome of each row."""
    return pl.DataFrame(
        {"score": [answer.score for answer in answers], "fraud": outcomes["outcome"]},
        schema={"score": pl.Float64, "fraud": pl.Float64},
    )


def count_by_score(units: pl.DataFrame, weights: FloatArray) -> RankingCounts:
    """Count ``units`` (columns ``score`` and ``fraud``) under each weighting, (draws, n).

    Rows of equal score are counted together, so that the order of the file has no effect.
    """
    scores, frauds = units["score"].to_numpy(), units["fraud"].to_numpy() == 1
    if np.isnan(scores).any():
        return _create_undefined(len(weights))
    levels = np.unique(scores[frauds])
    place = levels.size - np.searchsorted(levels, scores, side="right")
    inside = place < levels.size
    rows = np.flatnonzero(inside)
    shape = (levels.size, scores.size)
    everyone = sparse.csr_matrix((np.ones(rows.size), (place[rows], rows)), shape=shape)
    culprits = np.flatnonzero(frauds)
    guilty = sparse.csr_matrix((np.ones(culprits.size), (place[culprits], culprits)), shape=shape)
    columns = np.ascontiguousarray(weights.T)
    fraud_weight = np.asarray((guilty @ columns).T)
    return RankingCounts(
        frauds=fraud_weight,
        caught=np.cumsum(fraud_weight, axis=1),
        alerts=np.cumsum(np.asarray((everyone @ columns).T), axis=1),
        total=weights.sum(axis=1),
    )


def _create_undefined(draws: int) -> RankingCounts:
    """The counts where a score is not a number: all undefined."""
    unknown = np.full((draws, 1), np.nan)
    return RankingCounts(frauds=unknown, caught=unknown, alerts=unknown, total=unknown[:, 0])
