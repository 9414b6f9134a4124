"""What a log says of how people behave, before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure
from starcase.evidence.records.check import Finding, Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to a log, for one part of it: figures, or the reason why it cannot say.

    ``part`` names the rows it is about, empty where it is about all; ``said`` is what follows, in words.
    """

    question: str
    part: str = ""
    figures: tuple[Figure, ...] = ()
    refused: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRecord:
    """Everything one log was asked."""

    KIND: ClassVar[str] = "analysis"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    log: str
    outcome: str
    fingerprint: Fingerprint
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...] = ()
