"""The trivial baselines that every model has to beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import msgspec
import numpy as np

from starcase.systems.fraud.arrays import FloatArray
from starcase.systems.fraud.scoring.artefact_files import decode_state, encode_state
from starcase.systems.fraud.training import FraudTrainingSet

FILE = "baseline.json"


class RateScorer(msgspec.Struct, frozen=True):
    """A constant probability for every transaction."""

    rate: float

    def row(self, values: Sequence[float], /) -> float:
        """The rate."""
        del values
        return self.rate

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The rate, (n,)."""
        return np.full(len(x), self.rate)

    def files(self) -> Mapping[str, bytes]:
        """One JSON file."""
        return {FILE: encode_state(self)}


class AmountScorer(msgspec.Struct, frozen=True):
    """``amount / (amount + scale)``: the higher, the more suspicious."""

    place: int
    scale: float

    def row(self, values: Sequence[float], /) -> float:
        """The score of one amount; 0 for refunds and missing ones."""
        amount = values[self.place]
        return amount / (amount + self.scale) if amount > 0 else 0.0

    def rows(self, x: FloatArray, /) -> FloatArray:
        """The scores, (n,)."""
        return np.array([self.row((value,) * (self.place + 1)) for value in x[:, self.place].tolist()])

    def files(self) -> Mapping[str, bytes]:
        """One JSON file."""
        return {FILE: encode_state(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantRate:
    """A baseline that answers the fraud rate of the training time and never blocks."""

    kind: ClassVar[str] = "constant_rate"
    complexity: ClassVar[int] = 0
    supervised: ClassVar[bool] = True

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> RateScorer:
        """The share of frauds among known labels."""
        del rng
        return RateScorer(float(train.y.mean()))

    def search(self, rng: np.random.Generator) -> Self:
        """The same parameters: there is nothing to search."""
        del rng
        return self

    def load(self, files: Mapping[str, bytes]) -> RateScorer:
        """The scorer from its JSON file."""
        return decode_state(files, FILE, RateScorer)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountRule:
    """A baseline that blocks the largest amounts, as a rule without a model."""

    kind: ClassVar[str] = "amount_rule"
    complexity: ClassVar[int] = 1
    supervised: ClassVar[bool] = False

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> AmountScorer:
        """The median positive amount as scale."""
        del rng
        place = next(place for place, name in enumerate(train.names) if name in train.money)
        amounts = train.x[:, place]
        positive = amounts[amounts > 0]
        return AmountScorer(place, float(np.median(positive)) if positive.size else 1.0)

    def search(self, rng: np.random.Generator) -> Self:
        """The same parameters: there is nothing to search."""
        del rng
        return self

    def load(self, files: Mapping[str, bytes]) -> AmountScorer:
        """The scorer from its JSON file."""
        return decode_state(files, FILE, AmountScorer)
