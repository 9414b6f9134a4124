"""Records of the data check before any model is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from starcase.evidence.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPrint:
    """The fingerprint of one column: its type, its nulls, a hash of its content."""

    name: str
    dtype: str
    nulls: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The fingerprint of one table."""

    path: str
    rows: int
    columns: tuple[ColumnPrint, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding about the data: location, meaning and recommended action."""

    severity: Literal["note", "warning", "error"]
    where: str
    what: str
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecord:
    """The result of a data check: fingerprints, first figures and findings."""

    KIND: ClassVar[str] = "check"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    fingerprint: Fingerprint
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...] = ()
