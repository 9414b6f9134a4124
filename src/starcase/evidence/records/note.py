"""Records of a person's notes with their attachments, and of the stories that were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecord:
    """A person's own words; ``part`` places them: situation, task, action, result or reflection.

    ``role`` names the fact they tell, such as ``"own view"``; ``figures`` were read from the attached file ``path``, a
    path or a link, whose content had the hash ``sha256``.
    """

    KIND: ClassVar[str] = "note"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    text: str
    part: str = "action"
    about: str = ""
    role: str = ""
    figures: tuple[Figure, ...] = ()
    path: str = ""
    sha256: str = ""


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
