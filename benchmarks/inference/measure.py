"""One measure of the benchmark with its goal."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Sense = Literal["<=", ">=", "<", ">"]
COMPARE = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What was measured, what is wanted, and the figures it is made of."""

    name: str
    value: float
    sense: Sense
    goal: float
    what: str
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return bool(COMPARE[self.sense](self.value, self.goal))

    def plain(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": self.value,
            "goal": f"{self.sense} {self.goal:g}",
            "met": self.met,
            "what": self.what,
            "parts": dict(self.parts),
        }
