"""Metrics beyond accuracy: coverage, novelty and popularity bias."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from starcase.contract.model import Direction
from starcase.contract.request import Answer
from starcase.systems.recommend.arrays import FloatArray
from starcase.systems.recommend.item_popularity import ItemPopularity
from starcase.systems.recommend.metrics.lists import VALUE, collect_lists, compute_mean

Takers = Callable[[int], ItemPopularity]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of the catalogue in the lists of all users.

    The metric is not smooth: fewer users see fewer items, and a resample has fewer different users.
    """

    task: str
    length: int
    unit: str = "share"
    direction: Direction = "higher"
    smooth: bool = False

    @property
    def name(self) -> str:
        """Task and length are part of the name."""
        return f"{self.task}_coverage_{self.length}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """The list of each row, and the size of the catalogue."""
        shown = pl.Series("items", collect_lists(answers, self.length), dtype=pl.List(pl.String))
        return outcomes.select("catalogue").with_columns(shown)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The share under each weighting, (draws,); NaN where no row has weight."""
        rows = units["items"].list.len().to_numpy()
        flat = units["items"].explode().drop_nulls()
        codes = flat.rank("dense").to_numpy().astype(np.int64) - 1
        place = np.repeat(np.arange(units.height), rows)
        shape = (units.height, int(codes.max(initial=-1)) + 1)
        shown = sparse.csr_matrix((np.ones(codes.size), (place, codes)), shape=shape)
        seen = ((weights > 0).astype(np.float64) @ shown > 0).sum(axis=1)
        size = float(units["catalogue"].max() or 1)  # type: ignore[arg-type]
        return np.where(weights.sum(axis=1) > 0, np.asarray(seen).ravel() / size, np.nan)


@dataclass(frozen=True, slots=True)
class Novelty:
    """Mean self-information of recommended items: minus log2 of the share of users who took the item before.

    Source: Vargas & Castells (2011), Rank and relevance in novelty and diversity metrics for recommender systems.

    Args:
        task: repeat or discovery.
        length: how many recommended items count.
        takers: the popularity of items before a moment.
    """

    task: str
    length: int
    takers: Takers
    unit: str = "bits"
    direction: Direction = "higher"

    @property
    def name(self) -> str:
        """Task and length are part of the name."""
        return f"{self.task}_novelty_{self.length}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """The mean over the list of each row."""

        def compute_surprise(taken: ItemPopularity, items: list[str]) -> float:
            return float(np.mean([-np.log2(max(1, taken.by.get(item, 0)) / taken.users) for item in items]))

        return _score_lists(answers, outcomes, self.length, self.takers, compute_surprise)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The mean over users under each weighting, (draws,)."""
        return compute_mean(units, weights)


@dataclass(frozen=True, slots=True)
class PopularityBias:
    """The share of recommended positions that go to the most popular 1 % of the items."""

    task: str
    length: int
    takers: Takers
    unit: str = "share"
    direction: Direction = "lower"

    @property
    def name(self) -> str:
        """Task and length are part of the name."""
        return f"{self.task}_popularity_bias_{self.length}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """The share in the list of each row."""

        def compute_head_share(taken: ItemPopularity, items: list[str]) -> float:
            return sum(item in taken.head for item in items) / len(items)

        return _score_lists(answers, outcomes, self.length, self.takers, compute_head_share)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The mean over users under each weighting, (draws,)."""
        return compute_mean(units, weights)


def _score_lists(
    answers: Sequence[Answer], outcomes: pl.DataFrame, length: int, takers: Takers,
    of: Callable[[ItemPopularity, list[str]], float],
) -> pl.DataFrame:  # fmt: skip
    found = []
    for items, at in zip(collect_lists(answers, length), outcomes["at"], strict=True):
        found.append(of(takers(at), items) if items else None)
    return pl.DataFrame({VALUE: found}, schema={VALUE: pl.Float64})
