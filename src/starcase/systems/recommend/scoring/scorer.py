"""The one thing every model of this system is built on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from starcase.systems.recommend.arrays import AnyArray
from starcase.systems.recommend.history import History


class Scorer(Protocol):
    """A user's past to one score for each item of the catalogue: higher is better.

    Scores are finite; minus infinity stands for "not to be recommended".
    """

    def scores(self, history: History, /) -> AnyArray:
        """(n_items,) a fresh array."""
        ...

    def files(self) -> Mapping[str, bytes]:
        """The scorer as named files of data."""
        ...
