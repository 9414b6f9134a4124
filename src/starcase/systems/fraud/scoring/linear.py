"""A weighted sum of centred features through the logistic function."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Self

import msgspec
import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.artefact_files import decode_state, encode_state
from starcase.systems.fraud.scoring.logistic import logistic

FILE = "linear.json"


class LinearState(msgspec.Struct, frozen=True, gc=False):
    """The state of a linear scorer; ``logs`` marks amounts, which are transformed by signed log1p first."""

    intercept: float
    weights: tuple[float, ...]
    centres: tuple[float, ...]
    logs: tuple[bool, ...]


class LinearScorer:
    """Logistic regression as a sum in fixed order: a single row gives the same bits as in a batch.

    A missing value counts as the centre of its feature.

    Args:
        state: weights and centres, d of each.

    >>> round(LinearScorer(LinearState(0.0, (2.0,), (1.0,), (False,))).row([1.5]), 4)
    0.7311
    """

    def __init__(self, state: LinearState) -> None:
        self._state = state
        self._terms = list(zip(state.weights, state.centres, state.logs, strict=True))

    def row(self, values: Sequence[float], /) -> float:
        """The probability for one row."""
        total = self._state.intercept
        for value, (weight, centre, log) in zip(values, self._terms, strict=True):
            if value == value:  # noqa: PLR0124 - not NaN
                total += weight * ((log1p(value) if log else value) - centre)
        return logistic(total)

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The probabilities, (n, d) to (n,)."""
        total = np.full(len(x), self._state.intercept)
        for column, (weight, centre, log) in zip(x.T, self._terms, strict=True):
            values = np.array([log1p(value) for value in column.tolist()]) if log else column
            total += np.where(np.isnan(column), 0.0, weight * (values - centre))
        return np.array([logistic(value) for value in total.tolist()])

    def files(self) -> Mapping[str, bytes]:
        """One JSON file."""
        return {FILE: encode_state(self._state)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(decode_state(files, FILE, LinearState))


def log1p(amount: float) -> float:
    """The logarithm of one plus an amount, with the amount's sign.

    >>> log1p(-1.0) == -log1p(1.0)
    True
    """
    return math.copysign(math.log1p(abs(amount)), amount)
