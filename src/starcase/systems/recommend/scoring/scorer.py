"""The one thing every model of this system is built on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from starcase.systems.recommend.arrays import AnyArray, IntArray
from starcase.systems.recommend.history import History


class ItemScorer(Protocol):
    """A user's past to one score for each item of the catalogue: higher is better.

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
    """A scorer that looks at few candidates only: the rest of a large catalogue need not be touched again."""

    def score_pool(self, history: History, /) -> tuple[IntArray, AnyArray]:
        """(m,) places, rising, each once, and their (m,) scores; everything else is not to be recommended."""
        ...


@runtime_checkable
class IterativeScorer(Protocol):
    """A scorer that was trained step by step, until there was no more to learn or its budget was spent."""

    @property
    def remark(self) -> str:
        """Which of the two ended it, and when."""
        ...
