"""A guard on harmful events of the canary relative to its share of the traffic, valid after every event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.wealth import BEFORE, Wealth, WealthState

RATIOS = (1.6, 2.4, 4.0, 8.0, 20.0)
Side = Literal["above", "below"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledState:
    """The state of the guard: events, events on the canary, and the wealth."""

    events: int = 0
    on_canary: int = 0
    wealth: WealthState = BEFORE


class LabelledEvents:
    """An e-process on rare events in two arms that run at the same time: errors, complaints, blocked payments.

    Given that an event happened, it fell on the canary with the probability of the canary's share among the requests at
    that moment, if both arms have the same rate. A rate that moves in both arms alike, be it by a factor of three in a
    common incident, does not change that; nor does a ramp, since every event is judged with the share in force. Events
    that do not happen carry nothing, so the guard costs nothing between them.

    Events that come in bursts are one event: hand in only the first of each unit (see ``FirstOfUnit``).

    Args:
        alpha: chance of a false alarm over the whole watch, in (0, 1).
        margin: the ratio of the canary's rate to the control's that is tolerated; 1 tolerates no harm.
        side: "above" gathers evidence that the ratio exceeds the margin (harm); "below" that it stays under it, which
            shows the canary not inferior.
        ratios: the excesses over the margin that are bet on; each above 1.
        onset: when harm may begin.
        state: where an earlier guard stopped.

    Raises:
        ValueError: alpha outside (0, 1), a margin that is not positive, or a ratio not above 1.

    Source: Lindon & Malek (2022), Anytime-valid inference for multinomial count data, NeurIPS 35, with a mixture over
    rate ratios, the share in force at each event, and restarts after Shin, Ramdas & Rinaldo (2024).

    >>> guard = LabelledEvents(alpha=0.01)
    >>> [guard.observe(canary=True, share=0.05) for _ in range(3)]
    [False, False, True]
    """

    def __init__(
        self,
        *,
        alpha: float,
        margin: float = 1.0,
        side: Side = "above",
        ratios: Iterable[float] = RATIOS,
        onset: Onset | None = None,
        state: LabelledState | None = None,
    ) -> None:
        excesses = np.array(list(ratios), dtype=np.float64)
        if not margin > 0 or not np.isfinite(margin):
            raise ValueError(f"a margin is a positive ratio, not {margin}")
        if excesses.size == 0 or not np.all(np.isfinite(excesses) & (excesses > 1)):
            raise ValueError(f"ratios lie above 1, not {excesses.tolist()}")
        kept = state or LabelledState()
        self.margin = margin
        self.side = side
        self._ratios = margin * (excesses if side == "above" else 1 / excesses)
        self._wealth = Wealth(hypotheses=excesses.size, alpha=alpha, onset=onset or Onset(), state=kept.wealth)
        self._events, self._on_canary = kept.events, kept.on_canary

    def observe(self, *, canary: bool, share: float) -> bool:
        """Observe one event; returns whether the guard has tripped.

        Args:
            canary: whether the event fell on the canary.
            share: probability with which a unit was assigned to the canary when the event happened, in (0, 1).

        Raises:
            ValueError: a share outside (0, 1): without two arms there is nothing to compare.
        """
        if not 0 < share < 1:
            raise ValueError(f"an event is judged against a share in (0, 1), not {share}")
        here = self.margin * share + (1 - share)
        there = self._ratios * share + (1 - share)
        self._events += 1
        self._on_canary += canary
        return self._wealth.bet(self._ratios / self.margin * (here / there) if canary else here / there)

    @property
    def state(self) -> LabelledState:
        """The state from which a later guard continues."""
        return LabelledState(events=self._events, on_canary=self._on_canary, wealth=self._wealth.state)

    @property
    def wealth(self) -> Wealth:
        """The evidence so far."""
        return self._wealth

    @property
    def tripped(self) -> bool:
        """Whether the evidence has ever reached 1 / alpha."""
        return self._wealth.tripped

    @property
    def e_value(self) -> float:
        """The largest evidence so far."""
        return self._wealth.largest

    @property
    def events(self) -> int:
        """Events seen so far, in both arms."""
        return self._events

    @property
    def on_canary(self) -> int:
        """Events seen so far on the canary."""
        return self._on_canary


class FirstOfUnit:
    """A filter that passes the first event of each unit: five failures of one client are one event.

    >>> first = FirstOfUnit()
    >>> [first("card-1"), first("card-1"), first("card-2")]
    [True, False, True]
    """

    def __init__(self, seen: Iterable[str] = ()) -> None:
        self._seen = set(seen)

    def __call__(self, unit: str) -> bool:
        """Whether this is the first event of the unit."""
        new = unit not in self._seen
        self._seen.add(unit)
        return new

    @property
    def seen(self) -> frozenset[str]:
        """The units with an event; pass it to a later filter."""
        return frozenset(self._seen)
