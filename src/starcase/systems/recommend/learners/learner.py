"""A way of learning a scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from starcase.systems.recommend.scoring.scorer import Scorer
from starcase.systems.recommend.training import TrainingSet


class Learner(Protocol):
    """A frozen dataclass whose fields are its parameters.

    ``kind`` names it in artefacts; ``complexity`` grows with what must be kept alive in production; ``needs`` names the
    extra that has to be installed, if any.
    """

    kind: ClassVar[str]
    complexity: ClassVar[int]
    needs: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> Scorer:
        """The scorer that ``train`` teaches."""
        ...

    def search(self, rng: np.random.Generator) -> Self:
        """Other parameters worth a try."""
        ...

    def load(self, files: Mapping[str, bytes]) -> Scorer:
        """The scorer from its files."""
        ...


def among(rng: np.random.Generator, values: Sequence[float]) -> float:
    """One of some values, each as likely."""
    return float(values[int(rng.integers(len(values)))])
