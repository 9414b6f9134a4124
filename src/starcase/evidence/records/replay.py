"""A stretch of history served as live traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRecord:
    """From when to when history was replayed, and what came of it; bounds in microseconds UTC, ``until`` excluded."""

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
