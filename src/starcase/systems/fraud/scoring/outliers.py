"""The local outlier factor as a scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import msgspec
import numpy as np

from starcase.systems.fraud.arrays import FloatArray, IntArray
from starcase.systems.fraud.scoring.artefact_files import decode_state, encode_state

FILE = "outliers.json"
TINY = 1e-12


class OutliersState(msgspec.Struct, frozen=True):
    """Standardised reference rows, the distance to the k-th neighbour of each, and the density of each."""

    neighbours: int
    centres: list[float]
    spread: list[float]
    reference: list[list[float]]
    reach: list[float]
    density: list[float]


class OutliersScorer:
    """The local outlier factor against fixed reference rows; a missing value counts as the feature's mean.

    Args:
        state: the reference.

    Source: Breunig et al. (2000), LOF: identifying density-based local outliers.
    """

    def __init__(self, state: OutliersState) -> None:
        self._state = state
        self._neighbours = state.neighbours
        self._centres, self._spread = np.array(state.centres), np.array(state.spread)
        self._reference = np.array(state.reference)
        self._reach, self._density = np.array(state.reach), np.array(state.density)

    def row(self, values: Sequence[float], /) -> float:
        """The score ``factor / (1 + factor)``: 0.5 for a row as dense as its neighbours."""
        return self._score_row(np.array(values, dtype=np.float64))

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The scores, (n, d) to (n,), each equal to that of the single row."""
        return np.array([self._score_row(row) for row in np.asarray(x, dtype=np.float64)])

    def files(self) -> Mapping[str, bytes]:
        """One JSON file."""
        return {FILE: encode_state(self._state)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(decode_state(files, FILE, OutliersState))

    def _score_row(self, row: FloatArray) -> float:
        z = (row - self._centres) / self._spread
        z[np.isnan(z)] = 0.0
        distance = compute_distances(self._reference, z)
        near = find_nearest(distance, self._neighbours)
        density = 1.0 / max(float(np.maximum(distance[near], self._reach[near]).mean()), TINY)
        factor = float(self._density[near].mean()) / density
        return factor / (1.0 + factor)


def compute_distances(reference: FloatArray, z: FloatArray) -> FloatArray:
    """Euclidean distances from ``z`` (d,) to each of ``reference`` (m, d): (m,)."""
    return np.asarray(np.sqrt(((reference - z) ** 2).sum(axis=1)))


def find_nearest(distance: FloatArray, count: int) -> IntArray:
    """Return the indices of the ``count`` smallest distances, in rising order."""
    return np.sort(np.argpartition(distance, count - 1)[:count])
