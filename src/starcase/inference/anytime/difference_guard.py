"""A guard on the difference of the means of a bounded value between two concurrent arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from starcase.inference.anytime.bounded_values import STAKES, require_unit_interval
from starcase.inference.anytime.labelled_events import Side
from starcase.inference.anytime.onset import Onset
from starcase.inference.anytime.wealth import BEFORE, Wealth, WealthState


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceState:
    """The state of the guard: number and sum of the values of both arms, and the wealth."""

    n: int = 0
    total: float = 0.0
    wealth: WealthState = BEFORE


class DifferenceGuard:
    """An e-process on the difference of two arms' means, for values in [0, 1] such as 0 and 1.

    Each value is weighed by one over the probability of its arm at that moment, so its expectation is the difference
    whatever the share and however both arms move together. "above" gathers evidence that treatment less control
    exceeds the margin (harm, where the value is a loss); "below" that it stays under it (not inferior).

    Args:
        alpha: chance of a false alarm over the whole watch, in (0, 1).
        margin: the difference that is tolerated, in (-1, 1).
        side: what evidence is gathered for.
        onset: when the difference may begin.
        state: where an earlier guard stopped.

    Raises:
        ValueError: alpha outside (0, 1) or a margin outside (-1, 1).

    Source: inverse-probability weighted betting after Waudby-Smith, Wu, Ramdas, Karampatziakis & Mineiro (2024),
    Anytime-valid off-policy inference for contextual bandits, ACM/IMS J. Data Sci. 1.

    >>> guard = DifferenceGuard(alpha=0.01)
    >>> for n in range(40):
    ...     _ = guard.observe(float(n % 2), treated=n % 2 == 1, share=0.5)
    >>> guard.tripped
    True
    """

    def __init__(
        self,
        *,
        alpha: float,
        margin: float = 0.0,
        side: Side = "above",
        onset: Onset | None = None,
        state: DifferenceState | None = None,
    ) -> None:
        if not -1 < margin < 1:
            raise ValueError(f"a difference of values in [0, 1] lies in (-1, 1), not {margin}")
        kept = state or DifferenceState()
        self.margin = margin
        self.side = side
        self._stakes = np.array(STAKES)
        self._n, self._total = kept.n, kept.total
        onset = onset or Onset(scale=100.0)
        self._wealth = Wealth(hypotheses=len(STAKES), alpha=alpha, onset=onset, state=kept.wealth)

    def observe(self, value: float, *, treated: bool, share: float) -> bool:
        """Observe one value; returns whether the guard has tripped.

        Raises:
            DataError: the value is not a number in [0, 1].
            ValueError: a share outside (0, 1).
        """
        if not 0 < share < 1:
            raise ValueError(f"a value is judged against a share in (0, 1), not {share}")
        x, usual = require_unit_interval(value), (0.5 + self._total) / (1 + self._n)
        weighed = (x - usual) / share if treated else -(x - usual) / (1 - share)
        if self.side == "above":
            gain, most = weighed - self.margin, max(usual / share, (1 - usual) / (1 - share)) + self.margin
        else:
            gain, most = self.margin - weighed, max((1 - usual) / share, usual / (1 - share)) - self.margin
        self._n += 1
        self._total += x
        return self._wealth.bet(1 + self._stakes * (gain / max(most, 1e-9)))

    @property
    def state(self) -> DifferenceState:
        """The state from which a later guard continues."""
        return DifferenceState(n=self._n, total=self._total, wealth=self._wealth.state)

    @property
    def wealth(self) -> Wealth:
        """The evidence so far."""
        return self._wealth

    @property
    def tripped(self) -> bool:
        """Whether the evidence has ever reached 1 / alpha."""
        return self._wealth.tripped
