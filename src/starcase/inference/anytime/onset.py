"""The prior over the onset of a fault: the share of wealth bet from the start, and the share released later."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """The distribution of wealth over the possible onset times of a fault.

    The share ``first`` is bet from the first step. The rest is released step by step, most of it early and never all of
    it: after k steps ``1 - (1 + k / scale) ** -0.5`` of it is in play. A fault from the start then costs
    ``log(1 / first)`` more evidence than a process without restarts; one after many steps k about
    ``1.5 log(k / scale) + log(2 scale / (1 - first))``.

    Args:
        first: share of the wealth that is bet from the start, in (0, 1].
        scale: a third of the steps after which half of the rest is in play.

    Raises:
        ValueError: ``first`` outside (0, 1], or a scale that is not positive.

    >>> onset = Onset(first=0.5, scale=10)
    >>> onset.compute_released(30), onset.compute_released(0)
    (0.25, 0.0)
    """

    first: float = 0.7
    scale: float = 20.0

    def __post_init__(self) -> None:
        if not 0 < self.first <= 1 or not self.scale > 0:
            raise ValueError(f"first lies in (0, 1] and scale above 0, not {self.first} and {self.scale}")

    def compute_released(self, steps: int) -> float:
        """Return the wealth released after ``steps`` steps, beyond what was bet from the start."""
        return (1 - self.first) * (1 - 1 / math.sqrt(1 + steps / self.scale))

    def compute_idle(self, steps: int) -> float:
        """Return the wealth not yet released."""
        return 1 - self.first - self.compute_released(steps)
