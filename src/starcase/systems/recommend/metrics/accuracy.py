"""Accuracy metrics of recommended lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from starcase.contract.model import Direction
from starcase.contract.request import Answer
from starcase.systems.recommend.arrays import FloatArray
from starcase.systems.recommend.metrics.lists import compute_mean, score_rows


@dataclass(frozen=True, slots=True)
class Ndcg:
    """Normalised discounted cumulative gain (NDCG) with binary gains.

    Source: Järvelin & Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques; binary gains.

    Args:
        task: repeat or discovery.
        length: how many recommended items count.

    >>> Ndcg("repeat", 10).name
    'repeat_ndcg_10'
    """

    task: str
    length: int
    unit: str = "share"
    direction: Direction = "higher"

    @property
    def name(self) -> str:
        """Task and length are part of the name."""
        return f"{self.task}_ndcg_{self.length}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """One value for each row."""
        gains = 1.0 / np.log2(np.arange(self.length) + 2.0)
        ideal = np.cumsum(gains)

        def compute_gain(hits: list[bool], wanted: int) -> float:
            return float(gains[: len(hits)][hits].sum() / ideal[min(wanted, self.length) - 1])

        return score_rows(answers, outcomes, self.length, compute_gain)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The mean over users under each weighting, (draws,)."""
        return compute_mean(units, weights)


@dataclass(frozen=True, slots=True)
class RecallAtK:
    """The share of what a user took that was in the list."""

    task: str
    length: int
    unit: str = "share"
    direction: Direction = "higher"

    @property
    def name(self) -> str:
        """Task and length are part of the name."""
        return f"{self.task}_recall_{self.length}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """One value for each row."""
        return score_rows(answers, outcomes, self.length, lambda hits, wanted: sum(hits) / wanted)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The mean over users under each weighting, (draws,)."""
        return compute_mean(units, weights)


@dataclass(frozen=True, slots=True)
class MeanReciprocalRank:
    """One over the rank of the first hit; 0 without a hit."""

    task: str
    length: int
    unit: str = "share"
    direction: Direction = "higher"

    @property
    def name(self) -> str:
        """Task and length are part of the name."""
        return f"{self.task}_mrr_{self.length}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """One value for each row."""
        return score_rows(
            answers, outcomes, self.length, lambda hits, _: 1.0 / (hits.index(True) + 1) if any(hits) else 0.0
        )

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The mean over users under each weighting, (draws,)."""
        return compute_mean(units, weights)


@dataclass(frozen=True, slots=True)
class HitRate:
    """The share of users with at least one hit."""

    task: str
    length: int
    unit: str = "share"
    direction: Direction = "higher"

    @property
    def name(self) -> str:
        """Task and length are part of the name."""
        return f"{self.task}_hit_rate_{self.length}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """One value for each row."""
        return score_rows(answers, outcomes, self.length, lambda hits, _: float(any(hits)))

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The mean over users under each weighting, (draws,)."""
        return compute_mean(units, weights)
