"""What was planned before an experiment began, and each look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from starcase.evidence.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """An experiment fixed before its first unit: metric, margin, error rate, planned size."""

    KIND: ClassVar[str] = "experiment-plan"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    experiment: str
    champion: str
    challenger: str
    unit: str
    objective: str
    direction: Literal["higher", "lower"]
    guardrails: tuple[str, ...]
    margin: Figure
    alpha: float
    planned: Figure
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFigure:
    """What one arm has shown so far."""

    arm: str
    units: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRecord:
    """One look at a running experiment; valid however often one looks.

    ``verdict`` is ``"blocked"`` while the sample ratio is off and ``"hold"`` while too little has matured.
    """

    KIND: ClassVar[str] = "experiment"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    experiment: str
    plan: str
    arms: tuple[ArmFigure, ...]
    difference: Figure | None
    matured: Figure
    sample_ratio: Figure
    verdict: Literal["better", "not worse", "worse", "hold", "blocked"]
    why: str
    method: str
