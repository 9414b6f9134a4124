"""The scorer protocol of this system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from starcase.systems.fraud.arrays import FloatArray


class FraudScorer(Protocol):
    """A function of features that is higher for rows more like fraud.

    ``rows`` gives the same bits as ``row`` for each single row.
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
