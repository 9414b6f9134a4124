"""Optional protocols of data sets and candidates with which a contest measures how costs grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from starcase.contract.request import Request
from starcase.contract.system import Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizedTraining:
    """Training data resized from that of the case.

    Args:
        train: the system's own training type.
        counts: the number of entities in it, by name: ``{"users": 365, "items": 190}``.
        requests: requests typical of that size.
    """

    train: Any
    counts: Mapping[str, int]
    requests: Sequence[Request] = ()


@runtime_checkable
class Resizable(Protocol):
    """A data set that can be resized to fewer or more units, each as active as now."""

    @property
    def grows_by(self) -> str:
        """The entities that a factor multiplies, in the plural: ``"users and items"``."""
        ...

    def thinned(self, fold: Fold, share: float, /, *, rng: np.random.Generator) -> ResizedTraining:
        """Return ``train(fold)`` with a share of the units, 0 < share <= 1, and their requests.

        Raises:
            DataError: too few units are left.
        """
        ...

    def grown(self, fold: Fold, factor: int, /, *, rng: np.random.Generator) -> ResizedTraining:
        """Return ``train(fold)`` with ``factor`` times the units, to predict memory; it is never fitted.

        Raises:
            DataError: the memory of so many units cannot be predicted.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryNeed:
    """The memory that fitting needs beyond its data, MB; why ``fit`` would refuse, and the alternative.

    ``without`` says what fitting would omit to stay within the memory that the case allows.
    """

    memory_mb: float
    refused: str = ""
    without: str = ""


@runtime_checkable
class MemoryEstimator(Protocol):
    """A candidate that can predict the memory of its fit."""

    def need(self, train: Any, /) -> MemoryNeed:
        """Return the memory that fitting on ``train`` would need; nothing is fitted."""
        ...
