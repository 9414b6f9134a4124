"""A guard on the mean of a bounded value."""

from __future__ import annotations

import numpy as np

from starcase.inference.anytime.bounded_values import STAKES, require_unit_interval
from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.wealth import Wealth, WealthState


class MeanGuard:
    """An e-process against "the mean of values in [0, 1] never exceeds ``allowed``": losses, costs, waiting times.

    Args:
        allowed: the mean that is tolerated, in (0, 1).
        alpha: chance of a false alarm over the whole watch, in (0, 1).
        onset: when the mean may begin to be too high.
        state: where an earlier guard stopped.

    Raises:
        ValueError: a mean or alpha outside (0, 1).

    Source: Waudby-Smith & Ramdas (2024), JRSS-B 86, sec. 4 (betting), with restarts.

    >>> guard = MeanGuard(allowed=0.2, alpha=0.01)
    >>> [guard.observe(0.9) for _ in range(5)]
    [False, False, False, False, True]
    """

    def __init__(
        self, *, allowed: float, alpha: float, onset: Onset | None = None, state: WealthState | None = None
    ) -> None:
        if not 0 < allowed < 1:
            raise ValueError(f"an allowed mean lies in (0, 1), not {allowed}")
        self.allowed = allowed
        self._stakes = np.array(STAKES)
        self._wealth = Wealth(hypotheses=len(STAKES), alpha=alpha, onset=onset or Onset(scale=100.0), state=state)

    def observe(self, value: float) -> bool:
        """Observe one value; returns whether the guard has tripped.

        Raises:
            DataError: the value is not a number in [0, 1].
        """
        return self._wealth.bet(1 + self._stakes * (require_unit_interval(value) / self.allowed - 1))

    @property
    def state(self) -> WealthState:
        """The state from which a later guard continues."""
        return self._wealth.state

    @property
    def wealth(self) -> Wealth:
        """The evidence so far."""
        return self._wealth

    @property
    def tripped(self) -> bool:
        """Whether the evidence has ever reached 1 / alpha."""
        return self._wealth.tripped
