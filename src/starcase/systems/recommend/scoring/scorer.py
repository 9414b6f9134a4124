"""The scorer protocols of this system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from starcase.systems.recommend.arrays import AnyArray, IntArray
from starcase.systems.recommend.history import History


class ItemScorer(Protocol):
    """A function of a user's history to one score for each catalogue item; higher is better.

    Scores are finite; minus infinity stands for "not to be recommended".
    """

    def scores(self, history: History, /) -> AnyArray:
        """(n_items,) a fresh array."""
        ...

    def files(self) -> Mapping[str, bytes]:
        """The scorer as named files of data."""
        ...


@runtime_checkable
class PoolScorer(Protocol):
    """A scorer of a small candidate pool instead of the whole catalogue."""

    def score_pool(self, history: History, /) -> tuple[IntArray, AnyArray]:
        """(m,) indices, rising, each once, and their (m,) scores; other items are not recommended."""
        ...


@runtime_checkable
class IterativeScorer(Protocol):
    """A scorer that was trained iteratively, until convergence or the end of its budget."""

    @property
    def remark(self) -> str:
        """State which of the two ended the training, and when."""
        ...
