"""The protocol of a learner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from starcase.systems.recommend.scoring.scorer import ItemScorer
from starcase.systems.recommend.training import TrainingSet

Space = Mapping[str, Sequence[float]]


class RecommendLearner(Protocol):
    """A frozen dataclass whose fields are its parameters.

    ``kind`` names it in artefacts; ``complexity`` grows with what must be kept alive in production; ``needs`` names the
    extra that has to be installed, if any; ``space`` holds the values of each parameter that are worth a try;
    ``smaller`` names a candidate that needs less memory.
    """

    kind: ClassVar[str]
    complexity: ClassVar[int]
    needs: ClassVar[str]
    space: ClassVar[Space]
    smaller: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def estimate_bytes(self, train: TrainingSet) -> float:
        """About how much memory fitting takes beyond the interactions themselves."""
        ...

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> ItemScorer:
        """Fit a scorer on ``train``."""
        ...

    def load(self, files: Mapping[str, bytes]) -> ItemScorer:
        """The scorer from its files."""
        ...


@runtime_checkable
class MemorySavingLearner(Protocol):
    """A learner that omits a part above the case's memory limit."""

    def describe_omission(self, train: TrainingSet, /) -> str:
        """Describe the omitted part on ``train``, and the reason; empty where nothing is omitted."""
        ...


def sample_parameters(space: Space, count: int, rng: np.random.Generator) -> list[dict[str, float]]:
    """Sample ``count`` parameter sets in which every parameter takes each value about equally often.

    Source: McKay, Beckman & Conover (1979), A comparison of three methods for selecting values of input variables
    (Latin hypercube sampling).

    >>> tried = sample_parameters({"l2": (1.0, 10.0), "own": (0.1, 0.3)}, 4, np.random.default_rng(0))
    >>> sorted(one["l2"] for one in tried), sorted(one["own"] for one in tried)
    ([1.0, 1.0, 10.0, 10.0], [0.1, 0.1, 0.3, 0.3])
    """
    drawn = {}
    for name, values in space.items():
        strata = (rng.permutation(count) + rng.random()) / count
        drawn[name] = [values[place] for place in (strata * len(values)).astype(int).tolist()]
    return [{name: values[row] for name, values in drawn.items()} for row in range(count)]
