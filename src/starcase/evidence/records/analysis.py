"""Records of the analysis of behaviour logs before any comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure
from starcase.evidence.records.check import Finding, Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to a log or a part of it: its figures, or the reason for a refusal.

    ``part`` names the rows it is about, empty where it is about all; ``said`` is what follows, in words.
    """

    question: str
    part: str = ""
    figures: tuple[Figure, ...] = ()
    refused: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRecord:
    """All questions to one log."""

    KIND: ClassVar[str] = "analysis"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    log: str
    outcome: str
    fingerprint: Fingerprint
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...] = ()
