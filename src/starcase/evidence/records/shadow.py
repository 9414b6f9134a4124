"""What a challenger would have answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRecord:
    """Champion and challenger over the same requests: pairs, coverage, disagreement, and what the outcomes said.

    ``since`` and ``until`` bound the decisions in microseconds UTC; ``missed`` counts those the shadow never saw.
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
