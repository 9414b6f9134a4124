"""Records of the resolved case, with all defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.records.setting import SettingChange


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """The resolved case.toml.

    ``changes`` are the keys whose value differs from the case record before; ``after`` is the id of the last result
    that stood when they were changed, empty where there was none.
    """

    KIND: ClassVar[str] = "case"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    name: str
    system: str
    resolved: str
    starcase_version: str
    changes: tuple[SettingChange, ...] = ()
    after: str = ""
