"""The one thing every model of this system is built on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from starcase.systems.fraud.arrays import FloatArray


class FraudScorer(Protocol):
    """Features to a number that is higher the more a row looks like fraud.

    ``rows`` gives bit for bit what ``row`` gives for each row alone.
    """

    def row(self, values: Sequence[float], /) -> float:
        """The score of one row of features."""
        ...

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The scores of many rows, (n, d) to (n,)."""
        ...

    def files(self) -> Mapping[str, bytes]:
        """The scorer as named files of data."""
        ...
