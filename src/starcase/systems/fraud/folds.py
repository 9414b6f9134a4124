"""Time-based folds: rows of one moment are never on both sides of a split."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from starcase.contract.system import Fold
from starcase.errors import DataError
from starcase.systems.fraud.arrays import IntArray

FIRST_TRAINING = 0.4
INNER_TRAINING = 0.7


def build_time_folds(
    at: IntArray, arrival: IntArray, label: IntArray, *, count: int, since: int, until: int
) -> list[Fold]:
    """Build ``count`` folds of about equal numbers of transactions with growing training time.

    The last test span ends early enough that its labels have arrived by ``until``.

    Args:
        at: (n,) moments of all transactions, microseconds UTC.
        arrival: (n,) when their labels become known.
        label: (n,) 1 for fraud; a fold with one label only is refused.
        count: how many.
        since: nothing before is used.
        until: nothing at or after is used, labels included.

    Raises:
        DataError: the span is too short, or a fold would hold one label only.
    """
    usable = np.flatnonzero((at >= since) & (arrival <= until))
    if usable.size < 2 * (count + 1):
        raise DataError(
            f"only {usable.size} transactions have a label by the end: too few for {count} folds",
            mend="use fewer folds, or more history",
        )
    rows = np.linspace(FIRST_TRAINING * usable.size, usable.size, count + 1).astype(int)
    edges = [int(at[usable[row]]) for row in rows[:-1]] + [int(at[usable[-1]]) + 1]
    folds = [
        Fold(name=f"fold-{number}", train_end=start, test_start=start, test_end=end, known_by=until)
        for number, (start, end) in enumerate(pairwise(edges), 1)
    ]
    for fold in folds:
        _require_both_labels(fold, at, arrival, label, since)
    return folds


def build_inner_folds(fold: Fold, at: IntArray, arrival: IntArray, label: IntArray, *, count: int) -> list[Fold]:
    """Build inner folds: the last part of ``fold``'s training time in equal counts of rows with known labels.

    A fold whose training or test rows would hold one label only is left out; where that leaves none, the whole last
    part is one fold.

    Raises:
        DataError: hardly any label had arrived by the end of training.
    """
    usable = np.flatnonzero(arrival <= fold.train_end)
    if usable.size < 2:  # noqa: PLR2004 - one row to train on, one to test on
        raise DataError(
            f"no label had arrived by the end of training of {fold.name}", mend="start later, or check `delay`"
        )
    rows = np.linspace(int(INNER_TRAINING * usable.size), usable.size, count + 1).astype(int)
    edges = [int(at[usable[row]]) for row in rows[:-1]] + [int(at[usable[-1]]) + 1]
    folds = [
        Fold(
            name=f"{fold.name}-inner-{place}", train_end=start, test_start=start, test_end=end, known_by=fold.train_end
        )
        for place, (start, end) in enumerate(pairwise(edges), 1)
        if start < end
    ]
    tells = [one for one in folds if _has_both_labels(one, at, arrival, label)]
    return tells or [replace(folds[0], test_end=folds[-1].test_end)]


def _has_both_labels(fold: Fold, at: IntArray, arrival: IntArray, label: IntArray) -> bool:
    trained = label[arrival <= fold.train_end]
    tested = label[(at >= fold.test_start) & (at < fold.test_end) & (arrival <= fold.known_by)]
    return all(0 < int(labels.sum()) < labels.size for labels in (trained, tested))


def _require_both_labels(fold: Fold, at: IntArray, arrival: IntArray, label: IntArray, since: int) -> None:
    spans = {
        "training": label[(at >= since) & (arrival <= fold.train_end)],
        "test": label[(at >= fold.test_start) & (at < fold.test_end) & (arrival <= fold.known_by)],
    }
    for span, labels in spans.items():
        frauds = int(labels.sum())
        if frauds in {0, labels.size}:
            raise DataError(
                f"the {span} span of {fold.name} holds {labels.size} known labels, {frauds} of them fraud",
                why="a fold with one outcome only cannot be evaluated",
                mend="use fewer folds, more history, or check `delay` under [data]",
            )
