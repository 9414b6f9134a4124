"""Is a rate above what is allowed? Watched at every event, with the false alarms bounded however long one looks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATIOS = (1.25, 1.5, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0)


@dataclass(frozen=True, slots=True)
class RateState:
    """What a guard has to remember: for each start of the process, trials and events since then.

    Two guards with the same state go on alike, in whatever batches the trials came.
    """

    trials: tuple[int, ...] = (0,)
    events: tuple[int, ...] = (0,)
    largest: float = 1.0


class RateGuard:
    """An e-process against "the event rate never exceeds ``allowed``".

    It is a mixture of likelihood ratios over rates above the allowed one. Half of it begins at the first trial, the
    other half is spread over new beginnings every ``restart`` trials, so that a fault that begins late is found nearly
    as soon as one from the start. At rates that never exceed ``allowed`` its expectation stays at or below 1, hence it
    reaches 1 / alpha with probability at most alpha, at any time (Ville's inequality).

    Args:
        allowed: the event rate that is tolerated, in (0, 1).
        alpha: chance of a false alarm over the whole, endless watch, in (0, 1).
        restart: trials between two beginnings; at least 1.
        state: where an earlier guard stopped.

    Raises:
        ValueError: a rate or alpha outside (0, 1), or a restart below 1.

    Source: Waudby-Smith & Ramdas (2024), JRSS-B 86, sec. 4 (betting); Shin, Ramdas & Rinaldo (2024), e-detectors.

    >>> guard = RateGuard(allowed=0.01, alpha=0.01)
    >>> for _ in range(6):
    ...     _ = guard.observe(event=True)
    >>> guard.tripped
    True
    """

    def __init__(self, allowed: float, alpha: float, *, restart: int = 500, state: RateState | None = None) -> None:
        if not 0 < allowed < 1 or not 0 < alpha < 1:
            raise ValueError(f"allowed and alpha lie in (0, 1), not {allowed} and {alpha}")
        if restart < 1:
            raise ValueError(f"a restart every {restart} trials is none")
        self.allowed = allowed
        self.alpha = alpha
        self.restart = restart
        rates = np.array([min(allowed * ratio, (1 + allowed) / 2) for ratio in RATIOS])
        self._on_event = np.log(rates / allowed)
        self._on_none = np.log1p(-rates) - math.log1p(-allowed)
        kept = state or RateState()
        self._trials, self._events, self._largest = list(kept.trials), list(kept.events), kept.largest

    @property
    def state(self) -> RateState:
        """Everything a later guard needs to go on."""
        return RateState(tuple(self._trials), tuple(self._events), self._largest)

    @property
    def e_value(self) -> float:
        """The largest evidence against "all is well" reached so far; it does not sink again."""
        return self._largest

    @property
    def tripped(self) -> bool:
        """Whether the evidence has ever reached 1 / alpha."""
        return self._largest >= 1 / self.alpha

    @property
    def trials(self) -> int:
        """Trials seen so far."""
        return self._trials[0]

    @property
    def events(self) -> int:
        """Events seen so far."""
        return self._events[0]

    def observe(self, *, event: bool) -> bool:
        """Take in one trial; returns whether the guard has tripped."""
        if self._trials[0] and self._trials[0] % self.restart == 0:
            self._trials.append(0)
            self._events.append(0)
        for start in range(len(self._trials)):
            self._trials[start] += 1
            self._events[start] += event
        if event:
            self._largest = max(self._largest, self._evidence())
        return self.tripped

    def observe_many(self, events: npt.NDArray[np.bool_]) -> bool:
        """Take in trials in order; the same as one by one."""
        for event in events.tolist():
            self.observe(event=event)
        return self.tripped

    def _evidence(self) -> float:
        trials, events = np.array(self._trials), np.array(self._events)
        log_ratio = np.outer(events, self._on_event) + np.outer(trials - events, self._on_none)
        by_start = np.exp(np.minimum(log_ratio, 700.0)).mean(axis=1)
        later = np.arange(1, by_start.size)
        spread = 1.0 / (later * (later + 1.0))
        waiting = 1.0 - spread.sum()
        return float(0.5 * by_start[0] + 0.5 * (spread @ by_start[1:] + waiting))
