"""Learning, calibration and threshold, each on the rows it may use."""

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
UNREACHED = float(np.finfo(np.float64).max)  # the highest number that a model's JSON can hold: it has no infinity


def fit(
    learner: Learner,
    train: FraudTrainingSet,
    policy: ThresholdPolicy,
    rng: np.random.Generator,
    *,
    contamination: float = 0.0,
) -> FraudModel:
    """A model whose calibration and threshold come from rows its scores were not learnt from.

    The learner is first taught the earlier part of the training time; its scores on the later part, whose labels have
    arrived, give calibration and threshold; then it is taught all of it.

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
    """The model that ``fit`` gives with the same ``rng``, without calibration and with a threshold none reaches.

    Calibration keeps the order of scores, so whoever looks at that order alone sees the same.

    Raises:
        DataError: the known labels are all of one kind.
    """
    rows = train.select_matured() if learner.supervised else train
    scorer = learner.learn(rows, rng if contamination else rng.spawn(2)[1])
    return FraudModel(ModelState(learner.kind, train.names, UNREACHED, None), scorer)


def split_by_time(rows: FraudTrainingSet, *, supervised: bool) -> tuple[FraudTrainingSet, FraudTrainingSet]:
    """The earlier and the later part; the later one starts sooner where it would hold too few frauds."""
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
            f"the training time of {n} known rows cannot be parted in two",
            mend="bring more history, or ask for fewer folds",
        )
    early, late = rows.where(slice(0, cut)), rows.where(slice(cut, n))
    if supervised:
        FraudTrainingSet.require_both_labels(early.y)
    return early, late
