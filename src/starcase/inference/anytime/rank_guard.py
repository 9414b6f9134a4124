"""A guard on slower latencies of the canary, exact for any distribution and without a threshold."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from starcase.errors import DataError
from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.wealth import BEFORE, Wealth, WealthState

FloatArray = npt.NDArray[np.float64]
SHIFTS = (0.15, 0.3, 0.6, 1.2)
TAILS = ((0.95, 3.0), (0.99, 6.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class RankGuardState:
    """The state of the guard: the control's recent values in order of arrival, and the wealth."""

    recent: tuple[float, ...] = ()
    wealth: WealthState = BEFORE


class RankGuard:
    """An e-process against "the latency distribution of the canary equals that of the control".

    A request's latency is scored by its rank among the control's most recent ones; then one bets on the label: the
    slower it was, the more likely it came from the canary. Under the null hypothesis the label is drawn with the share
    in force whatever the latency was, so the process is exact for every distribution, for ties, and for latencies that
    rise in both arms alike: nothing is assumed of the ranks, they only make the bets good ones. The bets are on shifts
    of the whole distribution and on more requests beyond its 95 % and 99 % quantile. To tolerate a tenth more, hand in
    the canary's latencies divided by 1.1. Where some units are always slow, hand in each unit's first request alone.

    Args:
        alpha: chance of a false alarm over the whole watch, in (0, 1).
        window: how many of the control's latest values a request is ranked among; at least 100.
        onset: when slowness may begin, in requests.
        state: where an earlier guard stopped.

    Raises:
        ValueError: alpha outside (0, 1) or a window below 100.

    Source: betting on the label of each observation after Duan, Ramdas & Wasserman (2022), Interactive rank testing by
    betting, CLeaR; with normal scores (van der Waerden 1952) of ranks among the control's latest values.

    >>> guard = RankGuard(alpha=0.01)
    >>> for n in range(200):
    ...     _ = guard.observe(10 + n % 7, canary=False, share=0.1)
    >>> [guard.observe(30.0, canary=True, share=0.1) for _ in range(3)]
    [False, False, True]
    """

    def __init__(
        self, *, alpha: float, window: int = 2_000, onset: Onset | None = None, state: RankGuardState | None = None
    ) -> None:
        if window < 100:  # noqa: PLR2004 - fewer values have no 99 % quantile
            raise ValueError(f"a window of {window} values has no 99 % quantile; use at least 100")
        kept = state or RankGuardState()
        self.window = window
        self._shifts = np.array(SHIFTS)
        self._half_squares = self._shifts**2 / 2
        self._wealth = Wealth(
            hypotheses=len(SHIFTS) + len(TAILS), alpha=alpha, onset=onset or Onset(scale=100.0), state=kept.wealth
        )
        self._recent = list(kept.recent)
        self._sorted = sorted(kept.recent)
        self._oldest = 0

    def observe(self, value: float, *, canary: bool, share: float) -> bool:
        """Observe one request; returns whether the guard has tripped.

        Args:
            value: its latency, in any unit; infinite for one that never came back.
            canary: which arm answered it.
            share: probability with which a unit was assigned to the canary at that moment, in (0, 1).

        Raises:
            DataError: the value is NaN.
            ValueError: a share outside (0, 1).
        """
        if value != value:  # noqa: PLR0124 - NaN
            raise DataError("a latency is NaN", mend="drop requests that were not timed, or pass infinity")
        if not 0 < share < 1:
            raise ValueError(f"a request is judged against a share in (0, 1), not {share}")
        odds = self._compute_odds(value)
        tripped = self._wealth.bet((odds if canary else 1.0) / (share * odds + (1 - share)))
        if not canary:
            self._remember(value)
        return tripped

    def _compute_odds(self, value: float) -> FloatArray:
        n = len(self._sorted)
        below = (bisect_left(self._sorted, value) + bisect_right(self._sorted, value)) / 2
        rank = (below + 0.5) / (n + 1)
        odds = np.ones(len(SHIFTS) + len(TAILS))
        np.exp(self._shifts * ndtri(rank) - self._half_squares, out=odds[: len(SHIFTS)])
        if n * (1 - TAILS[0][0]) >= 1:
            odds[len(SHIFTS) :] = [times if rank >= q else (1 - times * (1 - q)) / q for q, times in TAILS]
        return odds

    def _remember(self, value: float) -> None:
        insort(self._sorted, value)
        if len(self._recent) < self.window:
            self._recent.append(value)
            return
        del self._sorted[bisect_left(self._sorted, self._recent[self._oldest])]
        self._recent[self._oldest] = value
        self._oldest = (self._oldest + 1) % self.window

    @property
    def state(self) -> RankGuardState:
        """The state from which a later guard continues."""
        recent = self._recent[self._oldest :] + self._recent[: self._oldest]
        return RankGuardState(recent=tuple(recent), wealth=self._wealth.state)

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
