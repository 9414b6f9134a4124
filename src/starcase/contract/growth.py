"""What a system and a candidate may bring so that a contest can say how costs grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from starcase.contract.request import Request
from starcase.contract.system import Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ResizedTraining:
    """Training data of another size than the case has.

    Args:
        train: the system's own training type.
        counts: how much of what there is in it, by name: ``{"users": 365, "items": 190}``.
        requests: such as would be asked at that size.
    """

    train: Any
    counts: Mapping[str, int]
    requests: Sequence[Request] = ()


@runtime_checkable
class Resizable(Protocol):
    """A data set that can show what it would be if there were fewer or more units in it, each as active as now."""

    @property
    def grows_by(self) -> str:
        """What a factor multiplies, in the plural: ``"users and items"``."""
        ...

    def thinned(self, fold: Fold, share: float, /, *, rng: np.random.Generator) -> ResizedTraining:
        """What ``train(fold)`` would be with a share of the units, 0 < share <= 1, and requests of theirs.

        Raises:
            DataError: so few are too few.
        """
        ...

    def grown(self, fold: Fold, factor: int, /, *, rng: np.random.Generator) -> ResizedTraining:
        """What ``train(fold)`` would be with ``factor`` times the units: enough to foretell memory, never fitted.

        Raises:
            DataError: so many cannot be foretold.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryNeed:
    """The memory that fitting will take beyond its data, MB; why ``fit`` would refuse, and what to take instead.

    ``without`` says what fitting would leave out so as to keep within the memory that the case allows.
    """

    memory_mb: float
    refused: str = ""
    without: str = ""


@runtime_checkable
class MemoryEstimator(Protocol):
    """A candidate that knows before it is fitted how much memory that will take."""

    def need(self, train: Any, /) -> MemoryNeed:
        """What fitting on ``train`` would take; nothing is fitted."""
        ...
