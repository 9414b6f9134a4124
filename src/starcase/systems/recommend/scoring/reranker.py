"""Two stages: a pool of candidates from several sources, ranked by trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np

from starcase.errors import ArtefactError
from starcase.systems.recommend.arrays import AnyArray, IntArray
from starcase.systems.recommend.history import History
from starcase.systems.recommend.scoring.candidate_sources import CandidateSources
from starcase.systems.recommend.scoring.model_files import add_prefix, select_part
from starcase.systems.recommend.scoring.quick_scorer import QuickScorer

TREES, SOURCES = "trees.txt", "sources"


class RerankedScorer:
    """A scorer of candidates by the sum of the trees; items outside the pool are not recommended.

    Args:
        sources: find candidates and their features.
        trees: rank them.
    """

    def __init__(self, sources: CandidateSources, trees: QuickScorer) -> None:
        self.sources = sources
        self.trees = trees

    def scores(self, history: History, /) -> AnyArray:
        """The sums of the candidates; minus infinity for all other items."""
        pool, found = self.score_pool(history)
        scores = np.full(self.sources.items.shape[1], -np.inf)
        scores[pool] = found
        return scores

    def score_pool(self, history: History, /) -> tuple[IntArray, AnyArray]:
        """The candidates, and the sums of the trees for them."""
        pool, known = self.sources.candidates(history)
        return pool, self.trees.rows(known)

    def files(self) -> Mapping[str, bytes]:
        """LightGBM's text, and the sources' files."""
        return {TREES: self.trees.text.encode(), **add_prefix(SOURCES, self.sources.files())}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The scorer that ``files`` describes; raises ArtefactError."""
        if TREES not in files:
            raise ArtefactError(f"the model lacks its file {TREES!r}", mend="fit the candidate again")
        return cls(CandidateSources.from_files(select_part(files, SOURCES)), QuickScorer(files[TREES].decode()))
