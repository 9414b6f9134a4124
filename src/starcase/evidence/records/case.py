"""The case as it was resolved, with every default written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """The resolved case.toml: what an auditor would ask for first."""

    KIND: ClassVar[str] = "case"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    name: str
    system: str
    resolved: str
    starcase_version: str
