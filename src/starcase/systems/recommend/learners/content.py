"""Content-based item neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from starcase.compute.part_cache import cache_part
from starcase.errors import DataError
from starcase.systems.recommend.learners.cosine_neighbours import CHUNK, OF_NEIGHBOUR, find_nearest
from starcase.systems.recommend.learners.learner import Space
from starcase.systems.recommend.memory import OF_WORD, estimate_pairs_bytes
from starcase.systems.recommend.scoring.emphasis import Emphasis
from starcase.systems.recommend.scoring.neighbours import NeighbourScorer
from starcase.systems.recommend.training import TrainingSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Cosine similarity of item texts, with rare words weighted higher.

    Source: Salton & Buckley (1988), Term-weighting approaches in automatic text retrieval.

    Args:
        neighbours: how many are kept of each item.
        half_life: days after which a past item counts half; 0 for never.
        own: weight of the items the user took before.
    """

    kind: ClassVar[str] = "content"
    complexity: ClassVar[int] = 2
    needs: ClassVar[str] = ""
    space: ClassVar[Space] = {
        "neighbours": (20, 50, 200, 1000), "half_life": (0.0, 30.0, 60.0, 120.0, 240.0), "own": (0.3, 1.0, 3.0),
    }  # fmt: skip
    smaller: ClassVar[str] = "fewer `neighbours`"

    neighbours: int = 100
    half_life: float = 60.0
    own: float = 1.0

    def learn(self, train: TrainingSet, rng: np.random.Generator) -> NeighbourScorer:
        """Fit the most similar items of each item; raises DataError where items have no words."""
        del rng
        near, similar = cache_part(
            lambda: find_nearest(compute_term_weights(train.texts).T.tocsc(), self.neighbours),
            lambda: (self.kind, train.texts, self.neighbours),
            size=self.estimate_model_bytes(train),
        )
        return NeighbourScorer(Emphasis(self.half_life, self.own), near, similar)

    def estimate_bytes(self, train: TrainingSet) -> float:
        """The word matrix, the neighbours, and one chunk of similarities; items without words are refused later."""
        if not any(train.texts):
            return self.estimate_model_bytes(train)
        words = compute_term_weights(train.texts).T.tocsc()
        return float(OF_WORD * words.nnz) + estimate_pairs_bytes(words, CHUNK) + self.estimate_model_bytes(train)

    def estimate_model_bytes(self, train: TrainingSet) -> float:
        """The memory of the neighbours only, bytes."""
        return OF_NEIGHBOUR * self.neighbours * len(train.items)

    def load(self, files: Mapping[str, bytes]) -> NeighbourScorer:
        """The scorer from its arrays."""
        return NeighbourScorer.from_files(files)


def compute_term_weights(texts: tuple[str, ...]) -> sparse.csr_matrix:
    """(n_items, n_terms) the weight of each word in each item, rows of length 1, float32.

    Raises:
        DataError: no item has words.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - loaded when fitting

    if not any(texts):
        raise DataError(
            "no item has words to compare", mend="name `items` and `item_text` under [options], or leave content out"
        )
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float32).fit_transform(texts).tocsr()
