"""Ensembles of scorers: the average of several, or one with another's score as a feature."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.artefact_files import add_part_prefix
from starcase.systems.fraud.scoring.logistic import SMALLEST
from starcase.systems.fraud.scoring.scorer import FraudScorer


class BlendScorer:
    """The geometric mean of several scores: the exponential of the mean of their logarithms.

    Args:
        parts: scorers that give numbers from 0 to 1, by name.
    """

    def __init__(self, parts: Mapping[str, FraudScorer]) -> None:
        self.parts = dict(parts)
        self._scorers = tuple(parts.values())

    def row(self, values: Sequence[float], /) -> float:
        """The blended score of one row."""
        return _blend_scores([part.row(values) for part in self._scorers])

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The blended scores, (n, d) to (n,)."""
        columns = [part.rows(x).tolist() for part in self._scorers]
        return np.array([_blend_scores(scores) for scores in zip(*columns, strict=True)])

    def files(self) -> Mapping[str, bytes]:
        """The files of each part under its name."""
        return {
            file: content
            for name, part in self.parts.items()
            for file, content in add_part_prefix(name, part.files()).items()
        }


class HybridScorer:
    """A supervised scorer with a detector's score as an additional feature.

    Args:
        detector: features to an anomaly score.
        judge: features and that score to a probability.
    """

    DETECTOR, JUDGE = "detector", "judge"

    def __init__(self, detector: FraudScorer, judge: FraudScorer) -> None:
        self.detector = detector
        self.judge = judge

    def row(self, values: Sequence[float], /) -> float:
        """The probability for one row."""
        return self.judge.row([*values, self.detector.row(values)])

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The probabilities, (n, d) to (n,)."""
        return self.judge.rows(np.column_stack([x, self.detector.rows(x)]))

    def files(self) -> Mapping[str, bytes]:
        """The files of both parts."""
        return {
            **add_part_prefix(self.DETECTOR, self.detector.files()),
            **add_part_prefix(self.JUDGE, self.judge.files()),
        }


def _blend_scores(scores: Sequence[float]) -> float:
    return math.exp(sum([math.log(max(score, SMALLEST)) for score in scores]) / len(scores))
