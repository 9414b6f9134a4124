"""Records of the guards' readings during service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure
from starcase.evidence.records.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardReading:
    """One guard over one arm: observed against allowed, and the evidence against "all is well" so far (an e-value)."""

    guard: str
    arm: str
    tripped: bool
    observed: Figure
    allowed: Figure
    evidence_against: Figure
    n: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRecord:
    """One reading of all guards; written when one trips and at the end of monitoring.

    ``drift`` tells what has changed since the model was measured, in the unit of a live metric; ``health`` whether
    answers and outcomes arrive. ``settings`` are the keys of case.toml that decided it, and ``wording`` is the id of
    the case record they stand in.
    """

    KIND: ClassVar[str] = "monitor"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    model: str
    since: int
    until: int
    readings: tuple[GuardReading, ...]
    tripped: tuple[str, ...]
    drift: tuple[Figure, ...] = ()
    health: tuple[Figure, ...] = ()
    settings: tuple[Setting, ...] = ()
    wording: str = ""
