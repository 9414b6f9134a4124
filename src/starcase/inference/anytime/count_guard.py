"""A guard on the rate of events in time."""

from __future__ import annotations

from math import isfinite, log

import numpy as np

from starcase.errors import DataError
from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.wealth import Wealth, WealthState

RATIOS = (1.5, 2.0, 3.0, 5.0, 10.0)
WILDEST = 300.0


class CountGuard:
    """An e-process against "counts are Poisson with at most ``allowed`` events in a unit of exposure".

    It is for incidents an hour or restarts a day. To compare two arms that run at the same time take
    ``LabelledEvents`` with the canary's part of the exposure as share: it is exact for Poisson counts, too.

    Args:
        allowed: events in one unit of exposure that are tolerated, above 0.
        alpha: chance of a false alarm over the whole watch, in (0, 1).
        onset: when events may begin to be too many, in observations.
        state: where an earlier guard stopped.

    Raises:
        ValueError: a rate that is not positive, or alpha outside (0, 1).

    Source: likelihood ratio of Poisson counts, mixed over ratios and restarts; Lindon & Malek (2022), NeurIPS 35.

    >>> guard = CountGuard(allowed=2.0, alpha=0.01)
    >>> [guard.observe(events, exposure=1.0) for events in (3, 6, 7, 9)]
    [False, False, False, True]
    """

    def __init__(
        self, *, allowed: float, alpha: float, onset: Onset | None = None, state: WealthState | None = None
    ) -> None:
        if not (isfinite(allowed) and allowed > 0):
            raise ValueError(f"an allowed rate is above 0, not {allowed}")
        self.allowed = allowed
        self._excess = np.array(RATIOS) - 1
        self._logs = np.array([log(ratio) for ratio in RATIOS])
        self._wealth = Wealth(hypotheses=len(RATIOS), alpha=alpha, onset=onset or Onset(), state=state)

    def observe(self, events: int, *, exposure: float) -> bool:
        """Observe the events of one period; returns whether the guard has tripped.

        Raises:
            DataError: a negative count, or an exposure that is not positive.
        """
        if events < 0 or not (isfinite(exposure) and exposure > 0):
            raise DataError("a count is 0 or more in an exposure above 0", where=f"{events} events in {exposure}")
        logs = events * self._logs - self._excess * (self.allowed * exposure)
        return self._wealth.bet(np.exp(np.minimum(logs, WILDEST)))

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
