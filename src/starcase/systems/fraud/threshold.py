"""From a score to an action, by a threshold set on an earlier window than any it is judged on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from starcase.case.request import Answer, FloatArray
from starcase.systems.fraud.dataset import Train

FITTED_SHARE = 0.75
BLOCK, APPROVE = "block", "approve"


def split(train: Train) -> tuple[Train, Train]:
    """The earlier three quarters to fit on, the later quarter to set the threshold on."""
    cut = int(train.outcome.size * FITTED_SHARE)
    return _part(train, slice(0, cut)), _part(train, slice(cut, None))


def by_budget(scores: FloatArray, budget: float) -> float:
    """The threshold that alerts at most a share ``budget`` of these scores: the next higher score than allowed.

    >>> by_budget(np.array([0.1, 0.2, 0.3, 0.4]), 0.25)
    0.4
    """
    ranked = np.sort(scores)[::-1]
    allowed = int(budget * scores.size)
    if allowed == 0:
        return float(np.nextafter(ranked[0], np.inf))
    threshold = ranked[allowed - 1]
    too_many = np.sum(scores >= threshold) > allowed
    return float(np.nextafter(threshold, np.inf)) if too_many else float(threshold)


def answers(scores: FloatArray, threshold: float) -> Sequence[Answer]:
    """Block at or above the threshold; a score that is not a number blocks nobody."""
    return [Answer(BLOCK if score >= threshold else APPROVE, score) for score in scores.tolist()]


def _part(train: Train, rows: slice) -> Train:
    return Train(names=train.names, features=train.features[rows], outcome=train.outcome[rows], at=train.at[rows])
