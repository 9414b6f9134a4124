"""The record of a leak, and the tables that are searched for leaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from starcase.contract.request import FloatArray
from starcase.contract.system import Fold, OutcomeKind
from starcase.evidence.figure import Figure

SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One finding.

    Args:
        what: what leaks, in words.
        figure: what shows it.
        column: the feature that leaks; empty where rows do.
        rows: ids of the rows in question, where it is some and not all.
    """

    what: str
    figure: Figure
    column: str = ""
    rows: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The leak in words with the first of its rows.

        >>> Leak(what="copies", figure=Figure(name="copies", value=4, unit="count"), rows=("a", "b", "c", "d")).told
        'copies (a, b, c and 1 more)'
        """
        if not self.rows:
            return self.what
        more = len(self.rows) - SHOWN
        return f"{self.what} ({', '.join(self.rows[:SHOWN])}{f' and {more} more' if more > 0 else ''})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Training rows and test requests of a fold.

    Args:
        fold: where training ends and testing begins.
        rows: training rows as ``Dataset.training_rows`` gives them, in time order.
        ids: of the test requests.
        clusters: of the test requests, the independent unit each belongs to.
        features: of the test requests, one row each.
        outcome: of the test requests, null where not matured.
        kind: what outcomes are.
    """

    fold: Fold
    rows: pl.DataFrame
    ids: Sequence[str]
    clusters: pl.Series
    features: pl.DataFrame
    outcome: pl.Series
    kind: OutcomeKind

    @property
    def trained(self) -> pl.DataFrame:
        """Features of the training rows, one column a feature."""
        return self.rows["features"].struct.unnest()


def convert_to_numbers(column: pl.Series) -> tuple[FloatArray, np.ndarray]:
    """Return a column as numbers, and a mask of the rows that hold one."""
    values = column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    return values, np.isfinite(values)


def compute_ranks(values: FloatArray) -> FloatArray:
    """Return the ranks of the values, ties averaged."""
    return pl.Series(values).rank("average").to_numpy()


def compute_correlation(a: FloatArray, b: FloatArray) -> float:
    """Return Pearson's correlation; 0 if either is constant."""
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale else 0.0
