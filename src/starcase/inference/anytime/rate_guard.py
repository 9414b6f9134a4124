"""A guard on an event rate, with bounded false alarms at any number of looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.wealth import BEFORE, Wealth, WealthState

RATIOS = (1.5, 2.0, 3.0, 5.0, 8.0, 13.0, 34.0)


@dataclass(frozen=True, slots=True)
class RateState:
    """The state of the guard: trials, events, and the wealth.

    Two guards with the same state go on alike, in whatever batches the trials came.
    """

    trials: int = 0
    events: int = 0
    wealth: WealthState = BEFORE


class RateGuard:
    """An e-process against "the event rate never exceeds ``allowed``", for a rate whose limit is known.

    It is a mixture of likelihood ratios over rates above the allowed one, and over the trials at which a fault may
    begin, so that one that begins late is found nearly as soon as one from the start. At rates that never exceed
    ``allowed`` it reaches 1 / alpha with probability at most alpha, at any time (Ville's inequality). To watch a
    quantile, let the event be "beyond the limit": the 99 % quantile is within it as long as the rate is at most 1 %.

    Where the control runs at the same time, ``LabelledEvents`` needs no limit and forgives what hits both arms.

    Args:
        allowed: the event rate that is tolerated, in (0, 1).
        alpha: chance of a false alarm over the whole, endless watch, in (0, 1).
        restart: trials until half of the wealth that is kept for late faults is in play; at least 1.
        state: where an earlier guard stopped.

    Raises:
        ValueError: a rate or alpha outside (0, 1), or a restart below 1.

    Source: Waudby-Smith & Ramdas (2024), JRSS-B 86, sec. 4 (betting); Shin, Ramdas & Rinaldo (2024), e-detectors.

    >>> guard = RateGuard(allowed=0.01, alpha=0.01)
    >>> for _ in range(5):
    ...     _ = guard.observe(event=True)
    >>> guard.tripped
    True
    """

    def __init__(self, allowed: float, alpha: float, *, restart: int = 500, state: RateState | None = None) -> None:
        if not 0 < allowed < 1:
            raise ValueError(f"an allowed rate lies in (0, 1), not {allowed}")
        if restart < 1:
            raise ValueError(f"restart must be at least 1 trial, not {restart}")
        self.allowed = allowed
        self.alpha = alpha
        rates = np.array([min(allowed * ratio, (1 + allowed) / 2) for ratio in RATIOS])
        self._on_event = rates / allowed
        self._on_none = (1 - rates) / (1 - allowed)
        kept = state or RateState()
        self._trials, self._events = kept.trials, kept.events
        onset = Onset(scale=restart / 3)
        self._wealth = Wealth(hypotheses=len(RATIOS), alpha=alpha, onset=onset, state=kept.wealth)

    @property
    def state(self) -> RateState:
        """The state from which a later guard continues."""
        return RateState(self._trials, self._events, self._wealth.state)

    @property
    def wealth(self) -> Wealth:
        """The evidence so far."""
        return self._wealth

    @property
    def e_value(self) -> float:
        """The largest evidence against "all is well" reached so far; it does not sink again."""
        return self._wealth.largest

    @property
    def tripped(self) -> bool:
        """Whether the evidence has ever reached 1 / alpha."""
        return self._wealth.tripped

    @property
    def trials(self) -> int:
        """Trials seen so far."""
        return self._trials

    @property
    def events(self) -> int:
        """Events seen so far."""
        return self._events

    def observe(self, *, event: bool) -> bool:
        """Observe one trial; returns whether the guard has tripped."""
        self._trials += 1
        self._events += event
        return self._wealth.bet(self._on_event if event else self._on_none)

    def observe_many(self, events: npt.NDArray[np.bool_]) -> bool:
        """Observe trials in order; the result is the same as one by one."""
        for event in events.tolist():
            self.observe(event=event)
        return self.tripped
