"""The training set: transactions and labels known at the end of training time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xxhash

from starcase.errors import DataError
from starcase.systems.fraud.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudTrainingSet:
    """All transactions before ``end``, with the labels that had arrived by then.

    Args:
        names: (d,) feature names.
        x: (n, d) features, each as known at its row's time; NaN where missing.
        y: (n,) 1 fraud, 0 legitimate, NaN where the label has not arrived (unknown, not legitimate).
        at: (n,) microseconds UTC, never decreasing.
        amount: (n,) in the case's currency; zeros where the case names none.
        money: names of the features that are amounts.
        base: names of the features in common use; see ``WindowPlan.base``.
        end: the end of training time, microseconds UTC.
    """

    names: tuple[str, ...]
    x: FloatArray
    y: FloatArray
    at: IntArray
    amount: FloatArray
    money: frozenset[str]
    base: tuple[str, ...]
    end: int

    def __len__(self) -> int:
        return int(self.at.size)

    @property
    def known(self) -> BoolArray:
        """(n,) whether the label has arrived."""
        return ~np.isnan(self.y)

    def where(self, rows: BoolArray | slice) -> FraudTrainingSet:
        """Select some of the rows."""
        return replace(self, x=self.x[rows], y=self.y[rows], at=self.at[rows], amount=self.amount[rows])

    def select_matured(self) -> FraudTrainingSet:
        """Select the rows whose label has arrived.

        Raises:
            DataError: all labels are equal, or there are none.
        """
        kept = self.where(self.known)
        self.require_both_labels(kept.y)
        return kept

    def select(self, names: Sequence[str]) -> FraudTrainingSet:
        """Select some of the features, in the order of ``names``."""
        places = [self.names.index(name) for name in names]
        return replace(self, names=tuple(names), x=np.ascontiguousarray(self.x[:, places]))

    @staticmethod
    def require_both_labels(y: FloatArray) -> None:
        """Raise DataError unless ``y`` holds frauds and legitimate rows."""
        frauds = int(np.sum(y == 1))
        if frauds in {0, y.size}:
            raise DataError(
                f"the training time holds {y.size} known labels, {frauds} of them fraud",
                why="fitting needs both frauds and legitimate transactions",
                mend="use fewer folds, start later, or check `delay` under [data]",
            )


def compute_digest(train: FraudTrainingSet) -> str:
    """Compute a digest of the rows."""
    digest = xxhash.xxh3_128(repr((train.names, sorted(train.money), train.base, train.end)).encode())
    for column in (train.x, train.y, train.at, train.amount):
        digest.update(repr((column.shape, column.dtype)).encode())
        digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()
