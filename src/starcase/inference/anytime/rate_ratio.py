"""A confidence sequence for the ratio of event rates of two concurrent arms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, inf, log
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from starcase.errors import DataError
from starcase.inference.root_finding import find_root

FloatArray = npt.NDArray[np.float64]
LOG_RATIOS = np.linspace(-6.0, 6.0, 481)
PRIOR = -(LOG_RATIOS**2) / 2 - logsumexp(-(LOG_RATIOS**2) / 2)
FAR = 40.0


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Events of two arms, by the share of traffic that was in force when they happened.

    It is to ``LabelledEvents`` what an interval is to an alarm, and as indifferent to ramps and to whatever moves both
    arms alike. It holds counts alone, so shards are added with ``+``.

    Args:
        counts: for each share of the canary, the events on the canary and on the control.

    Raises:
        DataError: a share outside (0, 1), or a negative count.

    Source: mixture likelihood ratio of labels given the events (Robbins 1970; Lindon & Malek 2022), inverted.

    >>> seen = RateRatio().with_events(0.05, canary=12, control=40).with_events(0.25, canary=30, control=33)
    >>> [round(end, 2) for end in seen.interval(0.95)]
    [1.73, 6.9]
    """

    counts: Mapping[float, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for share, (canary, control) in self.counts.items():
            if not 0 < share < 1 or canary < 0 or control < 0:
                raise DataError(
                    "events are counted in two arms",
                    where=f"share {share}: {canary} on the canary, {control} on the control",
                )
        object.__setattr__(self, "counts", MappingProxyType(dict(self.counts)))

    def with_events(self, share: float, *, canary: int, control: int) -> RateRatio:
        """Return the counts with further events that happened while ``share`` was in force."""
        before = self.counts.get(share, (0, 0))
        return RateRatio({**self.counts, share: (before[0] + canary, before[1] + control)})

    def __add__(self, other: RateRatio) -> RateRatio:
        """Return the counts of both added."""
        total = self
        for share, (canary, control) in other.counts.items():
            total = total.with_events(share, canary=canary, control=control)
        return total

    def compute_log_likelihood(self, log_ratio: npt.ArrayLike) -> FloatArray:
        """Logarithm of the likelihood of the labels, given the logarithm of the ratio of rates."""
        at = np.asarray(log_ratio, dtype=np.float64)
        total = np.zeros_like(at)
        for share, (canary, control) in self.counts.items():
            odds = log(share) - log(1 - share) + at
            total += canary * odds - (canary + control) * np.logaddexp(0.0, odds)
        return total

    def p_value(self, ratio: float = 1.0) -> float:
        """Return the p-value against this ratio of canary to control; valid at every look."""
        evidence = self._compute_mixture() - float(self.compute_log_likelihood(log(ratio)))
        return min(1.0, exp(min(0.0, -evidence)))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval of ratios not rejected; 0 to infinity before the first event.

        Raises:
            ValueError: a level outside (0, 1).
        """
        if not 0 < level < 1:
            raise ValueError(f"a level lies in (0, 1), not {level}")
        most = self._compute_mixture() + log(1 - level)
        best = float(LOG_RATIOS[np.argmax(self.compute_log_likelihood(LOG_RATIOS))])
        low, high = (self._find_edge(most, best, end) for end in (-FAR, FAR))
        return (0.0 if low is None else exp(low)), (inf if high is None else exp(high))

    def _compute_mixture(self) -> float:
        return float(logsumexp(self.compute_log_likelihood(LOG_RATIOS) + PRIOR))

    def _find_edge(self, most: float, best: float, end: float) -> float | None:
        def inside(at: float) -> float:
            return float(self.compute_log_likelihood(at)) - most

        return None if inside(end) >= 0 else find_root(inside, best, end)
