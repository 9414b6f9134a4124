"""The wealth process of a test by betting: a mixture over hypotheses and onset times, valid at every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starcase.inference.anytime.onset import Onset

FloatArray = npt.NDArray[np.float64]
RICH = 1e150


@dataclass(frozen=True, slots=True, kw_only=True)
class WealthState:
    """The state of a wealth process; two processes with the same state continue identically.

    Args:
        steps: bets placed so far.
        playing: wealth in play under each hypothesis.
        largest: the largest total wealth ever reached.
    """

    steps: int = 0
    playing: tuple[float, ...] = ()
    largest: float = 1.0


BEFORE = WealthState()


class Wealth:
    """An e-process: its expectation stays at or below 1 as long as all is well, whenever one stops.

    Every bet is given as one factor for each hypothesis, whose expectation under "all is well" is at most 1 given the
    past. Wealth that begins at a later step waits until then. Hence the total reaches 1 / alpha with probability at
    most alpha, over an endless watch (Ville's inequality), and once that has happened it is never taken back.

    Args:
        hypotheses: how many of them share the wealth, equally.
        alpha: chance of a false alarm over the whole watch, in (0, 1).
        onset: when a fault may begin.
        state: where an earlier process stopped.

    Raises:
        ValueError: alpha outside (0, 1), or a state of another number of hypotheses.

    Source: Shin, Ramdas & Rinaldo (2024), E-detectors: a nonparametric framework for sequential change detection,
    NEJSDS 2; Ramdas, Grünwald, Vovk & Shafer (2023), Game-theoretic statistics and safe anytime-valid inference.

    >>> wealth = Wealth(hypotheses=1, alpha=0.1, onset=Onset(first=1))
    >>> [wealth.bet(np.array([2.0])) for _ in range(4)]
    [False, False, False, True]
    """

    __slots__ = ("_idle", "_largest", "_playing", "_steps", "_total", "alpha", "onset")

    def __init__(self, *, hypotheses: int, alpha: float, onset: Onset, state: WealthState | None = None) -> None:
        if not 0 < alpha < 1:
            raise ValueError(f"alpha lies in (0, 1), not {alpha}")
        kept = state or WealthState()
        if kept.playing and len(kept.playing) != hypotheses:
            raise ValueError(f"the state is of {len(kept.playing)} hypotheses, the process of {hypotheses}")
        self.alpha = alpha
        self.onset = onset
        self._steps = kept.steps
        self._playing = np.array(kept.playing) if kept.playing else np.zeros(hypotheses)
        self._largest = kept.largest
        self._idle = onset.compute_idle(kept.steps - 1) if kept.steps else 1.0
        self._total = float(self._playing.sum()) + self._idle

    def bet(self, factors: FloatArray) -> bool:
        """Place one bet; returns whether the evidence has ever reached 1 / alpha."""
        idle = self.onset.compute_idle(self._steps)
        self._playing += (self._idle - idle) / self._playing.size
        self._playing *= factors
        self._idle = idle
        self._steps += 1
        self._total = float(np.add.reduce(self._playing)) + idle
        if self._total > RICH:
            np.minimum(self._playing, RICH, out=self._playing)
        self._largest = max(self._largest, self._total)
        return self.tripped

    @property
    def state(self) -> WealthState:
        """The state from which a later process continues."""
        return WealthState(steps=self._steps, playing=tuple(self._playing.tolist()), largest=self._largest)

    @property
    def now(self) -> float:
        """The current wealth; a valid e-value at any stopping time."""
        return self._total

    @property
    def largest(self) -> float:
        """The largest wealth so far; ``1 / largest`` is a p-value that holds at every look."""
        return self._largest

    @property
    def p_value(self) -> float:
        """The smallest level at which the process would have tripped by now; at most 1."""
        return min(1.0, 1 / self._largest)

    @property
    def steps(self) -> int:
        """Bets placed so far."""
        return self._steps

    @property
    def tripped(self) -> bool:
        """Whether the evidence has ever reached 1 / alpha."""
        return self._largest >= 1 / self.alpha
