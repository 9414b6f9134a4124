"""Records of the steps of a rollout and their causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

StepKind = Literal["install", "shadow", "canary", "widen", "hold", "promote", "rollback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRecord:
    """Requests that have one of the values in a feature."""

    feature: str
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachRecord:
    """A share of the units, 0 to 1, of requests that belong to every one of the cohorts; of all where there is none."""

    share: float
    cohorts: tuple[CohortRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step; the state of a rollout is the fold over its steps.

    ``version`` numbers the plan this step put in force; ``share`` is the challenger's share of units, 0 to 1;
    ``reaches`` gives the share by cohort if it differs between units, and ``share`` is then the largest of them;
    ``because`` holds the ids of the records that forced the step; ``automatic`` is False where a person asked for it.
    """

    KIND: ClassVar[str] = "rollout"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    rollout: str
    version: int
    step: StepKind
    champion: str
    champion_model: str
    challenger: str
    challenger_model: str
    share: float
    because: tuple[str, ...]
    reason: str
    automatic: bool
    decisions: int
    reaches: tuple[ReachRecord, ...] = ()
