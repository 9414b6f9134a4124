"""Records of written stories and their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRecord:
    """One rendering of the case: format, hash, number of claims, the head it was written from, view and teller."""

    KIND: ClassVar[str] = "story"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = True

    format: str
    path: str
    sha256: str
    claims: int
    ledger_head: str
    view: str = "star"
    teller: str = ""
