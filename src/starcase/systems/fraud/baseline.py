"""The trivial answer every candidate has to beat."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from starcase.case.model import Model, Parameters
from starcase.case.request import Answer, Request
from starcase.systems.fraud.dataset import Train
from starcase.systems.fraud.threshold import APPROVE

FILE = "rate.json"


@dataclass(frozen=True, slots=True)
class ConstantModel:
    """Approves everything, at the training share of fraud."""

    rate: float

    def decide(self, requests: Sequence[Request], /) -> Sequence[Answer]:
        """The same answer to everyone."""
        return [Answer(APPROVE, self.rate)] * len(requests)


@dataclass(frozen=True, slots=True)
class ApproveAll:
    """Blocks nobody."""

    name: str = "approve_all"
    complexity: int = 0

    @property
    def parameters(self) -> Parameters:
        """None."""
        return {}

    def fit(self, train: Train, /, *, rng: np.random.Generator) -> Model:
        """Count the frauds."""
        del rng
        return ConstantModel(float(train.outcome.mean()))

    def save(self, model: Model, /) -> Mapping[str, bytes]:
        """One JSON file."""
        if not isinstance(model, ConstantModel):
            raise TypeError(f"{type(model).__name__} is not a ConstantModel")
        return {FILE: json.dumps(model.rate).encode()}

    def load(self, files: Mapping[str, bytes], /) -> Model:
        """The model from its file."""
        return ConstantModel(json.loads(files[FILE]))
