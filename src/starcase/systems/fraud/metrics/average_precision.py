"""Average precision: the area under the precision-recall curve without interpolation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from starcase.contract.model import Direction
from starcase.contract.request import Answer
from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.metrics.ranking_counts import build_ranking_table, count_by_score


class AveragePrecision:
    """The mean of precision over the frauds, ranked by score.

    Source: Davis & Goadrich (2006), The relationship between precision-recall and ROC curves; computed as scikit-learn
    does, ties together.

    >>> units = pl.DataFrame({"score": [0.9, 0.8, 0.7], "fraud": [1.0, 0.0, 1.0]})
    >>> AveragePrecision().value(units, np.ones((1, 3))).round(4).tolist()
    [0.8333]
    """

    name = "average_precision"
    unit = "share"
    direction: Direction = "higher"
    by_rank = True

    def per_unit(self, answers: Sequence[Answer], outcomes: pl.DataFrame, /) -> pl.DataFrame:
        """Score and outcome of each row."""
        return build_ranking_table(answers, outcomes)

    def value(self, units: pl.DataFrame, weights: FloatArray, /) -> FloatArray:
        """The metric under each weighting, (draws,); NaN where no fraud has weight."""
        counted = count_by_score(units, weights)
        precision = np.divide(
            counted.caught, counted.alerts, out=np.zeros_like(counted.caught), where=counted.alerts > 0
        )
        reached = (counted.frauds * precision).sum(axis=1)
        frauds = counted.all_frauds
        return np.asarray(np.divide(reached, frauds, out=np.full_like(frauds, np.nan), where=frauds > 0))
