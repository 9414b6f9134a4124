"""Records of the post-mortem: timeline, causes, harm and prevention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One line of the timeline, taken from a record, never from memory."""

    at: int
    what: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A slice in which the harm concentrated, or a check that was bypassed."""

    what: str
    figures: tuple[Figure, ...]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevention:
    """A gate that would have stopped the exposure, and the harm it would have prevented."""

    gate: str
    stopped: bool
    waived: bool
    saved: tuple[Figure, ...]
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """A review of one rolled-back exposure."""

    KIND: ClassVar[str] = "review"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    rollout: str
    candidate: str
    timeline: tuple[TimelineEvent, ...]
    causes: tuple[Cause, ...]
    harm: tuple[Figure, ...]
    preventions: tuple[Prevention, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRecord:
    """A lesson: a gate in force from now on, or the reason why there is none."""

    KIND: ClassVar[str] = "lesson"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    review: str
    lesson: str
    gate: str
    parameters: tuple[tuple[str, float], ...]
    reason: str
    who: str
