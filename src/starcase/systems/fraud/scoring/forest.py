"""Forests as scorers: the mean of a random forest, the path length of an isolation forest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import msgspec
import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.artefact_files import decode_state, encode_state
from starcase.systems.fraud.scoring.booster import Booster

TEXT, META = "forest.txt", "forest.json"


class ForestState(msgspec.Struct, frozen=True, gc=False):
    """Numbers of features and trees.

    ``path`` is the length expected of an ordinary row's path, 0 for a mean; ``kept`` the share of the legitimate rows
    that a mean was learnt from.
    """

    columns: int
    trees: int
    path: float = 0.0
    kept: float = 1.0


class ForestScorer:
    """A forest in LightGBM's format; features are rounded to float32 first, as scikit-learn does.

    Args:
        text: the trees.
        state: numbers that the text does not contain.
    """

    def __init__(self, text: str, state: ForestState) -> None:
        self._booster = Booster(text, state.columns, raw=True, single=True)
        self._state = state

    def row(self, values: Sequence[float], /) -> float:
        """The mean of the leaves, or the anomaly score 2^(-path length / expected) of Liu et al. (2008), equation 2.

        Where legitimate rows were sampled, the mean is brought back to what all of them would have given: equation 4 of
        Dal Pozzolo et al. (2015), Calibrating probability with undersampling for unbalanced classification.
        """
        return self._score_total(self._booster.row(values))

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The scores, (n, d) to (n,)."""
        return np.array([self._score_total(total) for total in self._booster.rows(x).tolist()])

    def files(self) -> Mapping[str, bytes]:
        """The trees as LightGBM's text, the rest as JSON."""
        return {TEXT: self._booster.text.encode(), META: encode_state(self._state)}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(files[TEXT].decode(), decode_state(files, META, ForestState))

    def _score_total(self, total: float) -> float:
        state = self._state
        if state.path:
            return float(2.0 ** (-total / (state.trees * state.path)))
        share = total / state.trees
        return share if state.kept == 1.0 else state.kept * share / (state.kept * share - share + 1.0)
