"""What a person said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecord:
    """A person's own words; ``part`` places them: situation, task, action, result or reflection."""

    KIND: ClassVar[str] = "note"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    text: str
    part: str = "action"
    about: str = ""
