"""Alternating least squares on implicit counts, fitted by the library ``implicit``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import ClassVar

import numpy as np

from starcase.errors import PluginError
from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.memory import estimate_counts_bytes
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.factors import FactorScorer, FactorState, IndexedFactorScorer
from starcase.systems.recommend.scoring.neighbour_index import WORTH_IT, build_index
from starcase.systems.recommend.training import TrainingSet

OF_TURNED = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplicitAls:
    """User and item factors from interactions; absent pairs have low confidence.

    Above 50,000 items an index finds the nearest of them where faiss (an extra) is installed; else all are scored.

    Source: Hu, Koren & Volinsky (2008), Collaborative filtering for implicit feedback datasets.

    Args:
        factors: number of factors.
        regularisation: ridge on the factors.
        alpha: how much confidence each interaction adds.
        iterations: passes over users and items.
        half_life: days after which a past item counts half in the user's factors; 0 for never.
        own: weight of the items the user took before.
    """

    kind: ClassVar[str] = "als"
    complexity: ClassVar[int] = 3
    needs: ClassVar[str] = "implicit"
    space: ClassVar[Space] = {
        "factors": (64, 96, 128, 192), "regularisation": (3.0, 10.0, 30.0, 100.0), "alpha": (1.0, 3.0, 10.0, 20.0),
        "half_life": (60.0, 120.0, 240.0), "own": (0.1, 0.3, 0.6),
    }  # fmt: skip
    smaller: ClassVar[str] = "fewer `factors`"

    factors: int = 128
    regularisation: float = 30.0
    alpha: float = 5.0
    iterations: int = 15
    half_life: float = 120.0
    own: float = 0.6

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> FactorScorer:
        """Fit the item factors; raises PluginError where ``implicit`` is not installed."""
        try:
            from implicit.cpu.als import AlternatingLeastSquares  # noqa: PLC0415 - an extra
        except ImportError as error:
            mend = "pip install 'starcase[implicit]'"
            raise PluginError("als needs the library `implicit`", why=str(error), mend=mend) from error
        seed = int(rng.integers(2**31 - 1))
        model = AlternatingLeastSquares(
            factors=self.factors, regularization=self.regularisation, alpha=1.0, iterations=self.iterations,
            num_threads=1, random_state=seed,
        )  # fmt: skip
        confidence = train.counts()
        confidence.data = 1.0 + self.alpha * np.log1p(confidence.data)
        model.fit(confidence, show_progress=False)
        state = FactorState(self.regularisation, self.alpha, Emphasis(self.half_life, self.own))
        items = np.asarray(model.item_factors, dtype=np.float32)
        if len(items) > WORTH_IT and find_spec("faiss"):
            return IndexedFactorScorer(items, state, build_index(items, rng=rng))
        return FactorScorer(items, state)

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The interaction matrix, its transpose, and the factors of users and items."""
        turned = OF_TURNED * len(train)
        return estimate_counts_bytes(train) + turned + 4.0 * (train.users + len(train.items)) * self.factors

    def load(self, files: Mapping[str, bytes]) -> FactorScorer:
        """The scorer from its files."""
        return FactorScorer.from_files(files)
