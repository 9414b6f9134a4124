"""Records of a period of history replayed as live traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure
from starcase.evidence.records.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlanRecord:
    """The plan of a replay, written before the first request is served.

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
    """The position of a decision log: last decision, last outcome arrival, number of answers of each shadow."""

    decisions: int
    outcomes: int
    shadows: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndefinedFigure:
    """A figure without a value on the served traffic, and the reason."""

    figure: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRecord:
    """A replayed period and its results; bounds in microseconds UTC, ``until`` excluded.

    ``held`` says which step a challenger still in rollout at the end has reached, and why it went no further; empty
    without one. ``log_sha256`` is the digest of the decision log as of ``log``; version 0.1 did not record that mark.
    ``settings`` and ``wording`` are those of the moment at which the replay ended. ``undefined`` names the figures
    without a value. ``ended`` says why the replay could not go on to where it was planned to end.
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
