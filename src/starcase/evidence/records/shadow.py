"""Records of a challenger's shadow answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from starcase.evidence.figure import Figure
from starcase.evidence.records.experiment import MetricReading
from starcase.evidence.records.setting import Setting

Compared = Literal["action", "items", "content"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRecord:
    """Champion and challenger on the same requests: pairs, coverage, disagreement, and readings of outcomes.

    ``since`` and ``until`` bound the decisions in microseconds UTC; ``missed`` counts those the shadow never saw,
    ``lag`` those it has not come to yet. ``verdict`` holds however often one looks; it is ``"hold"`` while the shadow
    has seen too small a share of the requests. ``compared`` says what counts as disagreement: another action; or also
    another list of ``items``; or any other ``content``. ``settings`` are those of case.toml that decided the look,
    where they are not those of the experiment's plan.
    """

    KIND: ClassVar[str] = "shadow"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    champion: str
    challenger: str
    since: int
    until: int
    pairs: int
    missed: int
    failed: int
    coverage: Figure
    disagreement: Figure
    figures: tuple[Figure, ...] = ()
    model: str = ""
    version: int = 0
    lag: int = 0
    quarantined: bool = False
    known: int = 0
    verdict: Literal["better", "not worse", "worse", "hold"] = "hold"
    why: str = ""
    method: str = ""
    metrics: tuple[MetricReading, ...] = ()
    compared: Compared = "action"
    settings: tuple[Setting, ...] = ()
