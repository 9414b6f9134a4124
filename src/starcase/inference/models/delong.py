"""Two areas under the ROC curve on the same rows."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.effect import FITTED_MODEL, Effect
from starcase.inference.t_interval import t_interval

FloatArray = npt.NDArray[np.float64]


def delong(labels: npt.ArrayLike, first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Effect:
    """First less second area under the curve, paired by row, in O(n log n).

    For rows in clusters take ``Resampling`` instead. Scores that order all rows alike differ by exactly nothing, and
    where nothing varies the effect says so.

    Args:
        labels: (n_rows,) true or false.
        first: (n_rows,) scores, larger is more likely true.
        second: (n_rows,) scores of the other model.
        level: coverage of the interval.

    Raises:
        DataError: lengths differ or a score is NaN.
        NotIdentifiable: fewer than two rows of a class.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44; by ranks: Sun & Xu (2014), IEEE Sig. Proc. Lett. 21.

    >>> effect = delong([0, 0, 0, 1, 1, 1], [1, 2, 4, 3, 5, 6], [2, 1, 5, 3, 4, 6])
    >>> round(effect.estimate, 4)
    0.1111
    """
    truth = np.asarray(labels).astype(bool)
    scores = np.stack([np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)])
    if truth.ndim != 1 or scores.shape != (2, truth.size) or np.isnan(scores).any():
        raise DataError("each row needs a label and two scores", where=f"{truth.shape} and {scores.shape}")
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if min(positives, negatives) < 2:  # noqa: PLR2004 - one row has no spread
        raise NotIdentifiable(f"{positives} positive and {negatives} negative rows are too few for a ROC curve")
    above, below = (compute_placements(score, truth) for score in scores)
    variance = np.var(above[0] - below[0], ddof=1) / positives + np.var(above[1] - below[1], ddof=1) / negatives
    return t_interval(
        float(above[0].mean() - below[0].mean()),
        sqrt(variance),
        freedom=np.inf,
        level=level,
        n=truth.size,
        method="DeLong's test of two areas under the curve",
        question=FITTED_MODEL,
        assumptions=("rows are independent of each other", "enough rows of the rarer class, 30 or more"),
    )


def compute_placements(score: FloatArray, truth: npt.NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """For each positive the part of negatives below it, and for each negative the part of positives above it."""
    from scipy.stats import rankdata  # noqa: PLC0415 - slow to import, and few commands ask

    everywhere = rankdata(score)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    of_positives = (everywhere[truth] - rankdata(score[truth])) / negatives
    of_negatives = 1 - (everywhere[~truth] - rankdata(score[~truth])) / positives
    return of_positives, of_negatives
