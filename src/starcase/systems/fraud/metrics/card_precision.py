"""Precision of the most suspicious cards of each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl

from starcase.contract.model import Direction
from starcase.contract.request import Answer
from starcase.systems.fraud.arrays import FloatArray

REACH = 3


@dataclass(frozen=True, slots=True)
class CardPrecision:
    """The share of compromised cards among the ``k`` most suspicious ones of each day, averaged over days.

    A card ranks by its highest score of the day, and is compromised where one of its transactions that day is fraud. A
    card that was caught is not counted again on later days. Where the case names neither card nor unit, every
    transaction is its own card.

    Source: Dal Pozzolo et al. (2014), Learned lessons in credit card fraud detection; Le Borgne et al. (2022),
    Reproducible Machine Learning for Credit Card Fraud Detection, ch. 4.
    """

    k: int = 100
    unit: str = "share"
    direction: Direction = "higher"
    by_rank: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """``k`` is part of the name."""
        return f"card_precision_{self.k}"

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Score, outcome, card and day of each row."""
        scores = pl.Series("score", [answer.score for answer in answers], dtype=pl.Float64)
        return outcomes.select("card", "day", fraud="outcome").with_columns(scores)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The precision under each weighting, (draws,); a card weighs what its rows of the day weigh on average."""
        cards = _group_card_days(units)
        caught = np.zeros((len(weights), int(cards["card"].max() or 0) + 1), dtype=np.bool_)  # type: ignore[arg-type]
        daily = [
            self._compute_day_precision(day, weights, caught) for day in cards.partition_by("day", maintain_order=True)
        ]
        return np.asarray(np.mean(daily, axis=0)) if daily else np.full(len(weights), np.nan)

    def _compute_day_precision(self, cards: pl.DataFrame, weights: FloatArray, caught: np.ndarray) -> FloatArray:
        """Compute one day's precision under each weighting; mark the cards caught in ``caught`` (draws, n_cards).

        Cards are counted from the most suspicious on, until ``k`` are counted under every weighting.
        """
        looked = REACH * self.k
        while True:
            top = cards.head(looked)
            codes = top["card"].to_numpy()
            weight = np.where(caught[:, codes], 0.0, _average_weights(top["rows"], weights))
            total = np.cumsum(weight, axis=1)
            if looked >= cards.height or total[:, -1].min() >= self.k:
                break
            looked *= REACH
        taken = np.clip(self.k - (total - weight), 0.0, weight)
        culprits = np.flatnonzero(top["fraud"].to_numpy() == 1)
        caught[:, codes[culprits]] |= taken[:, culprits] > 0
        return np.asarray((taken[:, culprits]).sum(axis=1) / self.k)


def _average_weights(rows: pl.Series, weights: FloatArray) -> FloatArray:
    """The mean weight of each card's rows, (draws, n_cards); ``rows`` lists the rows of each."""
    counts = rows.list.len().to_numpy().astype(np.int64)
    starts = np.cumsum(counts) - counts
    return np.asarray(np.add.reduceat(weights[:, rows.explode().to_numpy()], starts, axis=1) / counts)


def _group_card_days(units: pl.DataFrame) -> pl.DataFrame:
    """Group into one row for each card and day, in order of day, then by falling score."""
    return (
        units.with_columns(card=pl.col("card").rank("dense") - 1, row=pl.int_range(units.height))
        .group_by("day", "card", maintain_order=True)
        .agg(pl.col("score").max(), pl.col("fraud").max(), rows=pl.col("row"))
        .sort(["day", "score", "card"], descending=[False, True, False])
    )
