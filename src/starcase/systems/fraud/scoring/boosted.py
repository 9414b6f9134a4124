"""Boosted trees as a scorer: the probability LightGBM gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import msgspec

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.artefact_files import decode_state
from starcase.systems.fraud.scoring.booster import Booster

TEXT, META = "booster.txt", "booster.json"


class BoostedState(msgspec.Struct, frozen=True):
    """The number of features, which LightGBM's text does not state directly."""

    columns: int


class BoostedScorer:
    """A LightGBM model; ``row`` and ``rows`` equal ``lightgbm.Booster.predict`` bit for bit.

    Args:
        text: the model as LightGBM writes it.
        columns: number of features.
    """

    def __init__(self, text: str, columns: int) -> None:
        self.booster = Booster(text, columns)

    def row(self, values: Sequence[float], /) -> float:
        """The probability for one row."""
        return self.booster.row(values)

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The probabilities, (n, d) to (n,)."""
        return self.booster.rows(x)

    def files(self) -> Mapping[str, bytes]:
        """LightGBM's text, and the number of features."""
        return {TEXT: self.booster.text.encode(), META: msgspec.json.encode(BoostedState(self.booster.columns))}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        return cls(files[TEXT].decode(), decode_state(files, META, BoostedState).columns)
