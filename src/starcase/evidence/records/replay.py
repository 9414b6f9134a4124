"""A stretch of history served as live traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure
from starcase.evidence.records.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlanRecord:
    """What will be replayed, written before the first request is served.

    Whoever finds a plan without its ``ReplayRecord`` finishes that replay from the same beginning: ``version`` is the
    version of the rollout's plan and ``after`` the last decision of the log at that moment. ``share`` is 0 where the
    challenger begins in shadow; ``since`` and ``until`` in microseconds UTC. ``settings`` are the keys of case.toml by
    which the rollout takes its steps, and ``wording`` is the id of the case record they stand in.
    """

    KIND: ClassVar[str] = "replay-plan"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    replay: str
    since: int
    until: int
    version: int
    after: int
    challenger: str = ""
    challenger_model: str = ""
    share: float = 0.0
    why: str = ""
    settings: tuple[Setting, ...] = ()
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMark:
    """How far a decision log had come: the last decision, the last arrival of an outcome, answers of each shadow."""

    decisions: int
    outcomes: int
    shadows: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndefinedFigure:
    """A figure that has no value on what was served, and why."""

    figure: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRecord:
    """From when to when history was replayed, and what came of it; bounds in microseconds UTC, ``until`` excluded.

    ``held`` says where a challenger that is still tried out at the end stands, and why it went no further; empty where
    nobody is. ``log_sha256`` is the digest of the decision log as of ``log``; version 0.1 did not mark where that was.
    ``settings`` and ``wording`` are those of the moment at which the replay ended. ``undefined`` names what would stand
    among the figures and has no value. ``ended`` says why the replay could not go on to where it was planned to end.
    """

    KIND: ClassVar[str] = "replay"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    replay: str
    since: int
    until: int
    decisions: int
    outcomes: int
    figures: tuple[Figure, ...]
    log_sha256: str
    held: str = ""
    settings: tuple[Setting, ...] = ()
    wording: str = ""
    log: LogMark | None = None
    undefined: tuple[UndefinedFigure, ...] = ()
    ended: str = ""
