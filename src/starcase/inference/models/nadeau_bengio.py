"""A comparison of two learning methods over splits that share training rows."""

from __future__ import annotations

from math import sqrt

import numpy.typing as npt

from starcase.errors import DataError, NotIdentifiable
from starcase.inference.effect import WAY_OF_FITTING, Effect
from starcase.inference.finite_values import require_finite
from starcase.inference.t_interval import t_interval


def nadeau_bengio(differences: npt.ArrayLike, *, train_rows: float, test_rows: float, level: float = 0.95) -> Effect:
    """The mean difference over splits, with a variance that allows for shared training rows.

    A t-test over the scores of repeated splits takes overlapping fits for independent ones, and calls equal methods
    different more often than not; here the variance of the mean is (1 / k + test / train) times that of the scores.

    Args:
        differences: (k,) first less second score, one a split.
        train_rows: rows a split trains on.
        test_rows: rows a split is scored on.
        level: coverage of the interval.

    Raises:
        DataError: a difference is not finite, or a split has no rows.
        NotIdentifiable: fewer than two splits.

    Source: Nadeau & Bengio (2003), Inference for the generalization error, Mach. Learn. 52.

    >>> effect = nadeau_bengio([0.02, 0.03, 0.01, 0.04], train_rows=900, test_rows=100)
    >>> round(effect.p_value, 3)
    0.048
    """
    scores = require_finite(differences, "a difference")
    if scores.ndim != 1:
        raise DataError("each split needs one finite difference", where=f"{scores.tolist()}")
    if not (train_rows > 0 and test_rows > 0):
        raise DataError("a split needs training rows and test rows", where=f"{train_rows} and {test_rows}")
    if scores.size < 2:  # noqa: PLR2004 - one split has no spread
        raise NotIdentifiable(
            f"{scores.size} splits are too few for a variance", mend="use at least two splits, better ten"
        )
    return t_interval(
        float(scores.mean()),
        sqrt((1 / scores.size + test_rows / train_rows) * scores.var(ddof=1)),
        freedom=scores.size - 1,
        level=level,
        n=scores.size,
        method=f"corrected resampled t-test over {scores.size} splits (Nadeau-Bengio)",
        question=WAY_OF_FITTING,
        assumptions=("splits are drawn alike", "the variance correction, which is approximate, holds"),
    )
