"""A fitted fraud model: features to probability and action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

import msgspec
import numpy as np

from starcase.contract.request import Answer, Request, Scalar, build_matrix
from starcase.errors import DataError
from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.calibration import PlattCalibration
from starcase.systems.fraud.scoring.scorer import FraudScorer

BLOCK, APPROVE = "block", "approve"
NAN = float("nan")
Pick = Callable[[Mapping[str, Scalar]], tuple[Scalar, ...]]


class ModelState(msgspec.Struct, frozen=True):
    """The state of a model without its scorer.

    ``kind`` names the learner whose scorer it holds; ``calibration`` is None where scores are not probabilities.
    """

    kind: str
    names: tuple[str, ...]
    threshold: float
    calibration: PlattCalibration | None


class FraudModel:
    """A model that blocks a transaction whose score reaches the threshold.

    Args:
        state: features, calibration, threshold.
        scorer: features to a number.
    """

    __slots__ = ("_calibration", "_names", "_pick", "_threshold", "scorer", "state")

    def __init__(self, state: ModelState, scorer: FraudScorer) -> None:
        self.state = state
        self.scorer = scorer
        self._names = state.names
        self._pick = create_getter(state.names)
        self._threshold = state.threshold
        self._calibration = state.calibration

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """One answer for each request, in order; a single request gets the same answer as in a batch."""
        if len(requests) == 1:
            return (self._create_answer(self.scorer.row(extract_row(requests[0].features, self._pick))),)
        if not requests:
            return []
        return [self._create_answer(score) for score in self.scorer.rows(build_matrix(requests, self._names)).tolist()]

    def scores(self, x: FloatArray) -> FloatArray:
        """Calibrated scores of feature rows, (n, d) to (n,)."""
        raw = self.scorer.rows(x)
        return raw if self._calibration is None else self._calibration.all(raw)

    def score(self, values: Sequence[float]) -> float:
        """The calibrated score of one row."""
        raw = self.scorer.row(values)
        return raw if self._calibration is None else self._calibration(raw)

    def _create_answer(self, raw: float) -> Answer:
        score = raw if self._calibration is None else self._calibration(raw)
        return Answer(BLOCK if score >= self._threshold else APPROVE, score)


def create_getter(names: Sequence[str]) -> Pick:
    """Create a getter of the features ``names`` of a request, in this order; KeyError where one is missing."""
    return itemgetter(*names) if len(names) > 1 else lambda features: tuple(features[name] for name in names)


def extract_row(features: Mapping[str, Scalar], pick: Pick) -> Sequence[float]:
    """Return the row of features that ``pick`` selects; a missing value is NaN.

    Raises:
        DataError: the request lacks a feature, or one is text.

    >>> extract_row({"b": None, "a": 1}, create_getter(("a", "b")))
    (1, nan)
    """
    try:
        values = pick(features)
    except KeyError as error:
        raise DataError(
            f"the request has no feature {error.args[0]!r}",
            why="the model was fitted on it",
            mend="send every feature the model was fitted on; null where it is not known",
        ) from error
    if None in values:
        values = tuple(NAN if value is None else value for value in values)
    return values  # type: ignore[return-value]


def convert_to_rows(x: FloatArray) -> list[list[float]]:
    """A matrix as plain rows."""
    rows: list[list[float]] = np.asarray(x, dtype=np.float64).tolist()
    return rows
