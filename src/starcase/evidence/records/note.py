"""Records of a person's notes and their attachments."""

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
