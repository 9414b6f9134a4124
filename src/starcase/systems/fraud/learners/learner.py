"""The protocol of a learner: training data to a scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from starcase.systems.fraud.scoring.scorer import FraudScorer
from starcase.systems.fraud.training import FraudTrainingSet


class Learner(Protocol):
    """A frozen dataclass whose fields are its parameters.

    ``kind`` names it in artefacts; ``complexity`` grows with what must be kept alive in production; ``supervised`` says
    whether it needs labels and gives probabilities.
    """

    kind: ClassVar[str]
    complexity: ClassVar[int]
    supervised: ClassVar[bool]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def learn(self, train: FraudTrainingSet, rng: np.random.Generator) -> FraudScorer:
        """Fit a scorer on ``train``; a supervised learner gets rows with known labels only."""
        ...

    def search(self, rng: np.random.Generator) -> Self:
        """Draw another learner with other parameters."""
        ...

    def load(self, files: Mapping[str, bytes]) -> FraudScorer:
        """The scorer from its files."""
        ...


def draw_value(rng: np.random.Generator, values: Sequence[float]) -> float:
    """Draw one of some values with equal probability."""
    return float(values[int(rng.integers(len(values)))])
