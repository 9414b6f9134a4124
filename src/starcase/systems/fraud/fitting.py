"""Fitting of scorer, calibration and threshold, each on the rows it may use."""

from __future__ import annotations

import numpy as np

from starcase.errors import DataError
from starcase.systems.fraud.calibration import PlattCalibration, calibrate
from starcase.systems.fraud.learners.learner import Learner
from starcase.systems.fraud.model import FraudModel, ModelState
from starcase.systems.fraud.threshold import ThresholdPolicy, choose_threshold
from starcase.systems.fraud.training import FraudTrainingSet

EARLY = 0.7
FEWEST_LATE_FRAUDS = 10
UNREACHED = float(np.finfo(np.float64).max)  # the largest float that JSON can store; JSON has no infinity


def fit(
    learner: Learner,
    train: FraudTrainingSet,
    policy: ThresholdPolicy,
    rng: np.random.Generator,
    *,
    contamination: float = 0.0,
) -> FraudModel:
    """Fit a model with calibration and threshold from rows that its scorer was not fitted on.

    The learner is first fitted on the earlier part of the training time; its scores on the later part, whose labels
    have arrived, give calibration and threshold; then it is fitted on all of it.

    Args:
        learner: how to learn.
        train: what was known at the end of training time.
        policy: how the threshold is found.
        rng: the learner's.
        contamination: above 0, the threshold is instead the score that this share of the training rows themselves
            reach, as users of IsolationForest set it.

    Raises:
        DataError: the known labels, or those of the earlier part, are all of one kind.
    """
    rows = train.select_matured() if learner.supervised else train
    if contamination:
        scorer = learner.learn(rows, rng)
        ranked = np.sort(scorer.rows(rows.x))[::-1]
        threshold = choose_threshold(ranked, int(contamination * ranked.size))
        return FraudModel(ModelState(learner.kind, train.names, threshold, None), scorer)
    early, late = split_by_time(rows, supervised=learner.supervised)
    first, second = rng.spawn(2)
    trial = learner.learn(early, first).rows(late.x)
    calibration: PlattCalibration | None = None
    if learner.supervised:
        calibration = calibrate(trial, late.y)
        trial = calibration.all(trial)
    threshold = policy.threshold(trial, (late.y == 1).astype(np.float64), late.amount)
    return FraudModel(ModelState(learner.kind, train.names, threshold, calibration), learner.learn(rows, second))


def fit_ranking(
    learner: Learner, train: FraudTrainingSet, rng: np.random.Generator, *, contamination: float = 0.0
) -> FraudModel:
    """Fit the same scorer as ``fit``, without calibration and with a threshold above every score.

    Calibration keeps the order of scores, so ranking metrics are unchanged.

    Raises:
        DataError: the known labels are all equal.
    """
    rows = train.select_matured() if learner.supervised else train
    scorer = learner.learn(rows, rng if contamination else rng.spawn(2)[1])
    return FraudModel(ModelState(learner.kind, train.names, UNREACHED, None), scorer)


def split_by_time(rows: FraudTrainingSet, *, supervised: bool) -> tuple[FraudTrainingSet, FraudTrainingSet]:
    """Split into an earlier and a later part; the later part starts earlier where it would hold too few frauds."""
    n = len(rows)
    cut = int(EARLY * n)
    if supervised:
        frauds = np.flatnonzero(rows.y == 1)
        wanted = min(FEWEST_LATE_FRAUDS, frauds.size // 2)
        if wanted:
            cut = min(cut, int(frauds[-wanted]))
    cut = int(np.searchsorted(rows.at, rows.at[cut], side="left"))
    if cut == 0:
        raise DataError(
            f"the training time of {n} rows with known labels cannot be split in two",
            mend="use more history, or fewer folds",
        )
    early, late = rows.where(slice(0, cut)), rows.where(slice(cut, n))
    if supervised:
        FraudTrainingSet.require_both_labels(early.y)
    return early, late
