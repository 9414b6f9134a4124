"""The comparison of every pair of candidates in one metric, in both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starcase.evidence.records import ComparisonFigure

MIRRORED = {"better": "worse", "worse": "better"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PairwiseComparisons:
    """The comparisons of one metric.

    Args:
        found: each comparison by (candidate, against).
        margin: the loss that counts as none, in the metric's unit.
        sign: 1.0 where higher is better, -1.0 otherwise.
    """

    found: Mapping[tuple[str, str], ComparisonFigure]
    margin: float
    sign: float

    @classmethod
    def from_comparisons(
        cls, comparisons: Sequence[ComparisonFigure], *, margin: float, higher_is_better: bool
    ) -> PairwiseComparisons:
        """Build the comparisons of one metric, by pair."""
        found = {(c.candidate, c.against): c for c in comparisons}
        return cls(found=found, margin=margin, sign=1.0 if higher_is_better else -1.0)

    @property
    def untested(self) -> bool:
        """Whether there are pairs and none of them was tested: the independent units were too few."""
        return bool(self.found) and all(comparison.p_value is None for comparison in self.found.values())

    @property
    def units(self) -> int:
        """How many independent units the comparisons rest on."""
        return max((comparison.difference.n or 0 for comparison in self.found.values()), default=0)

    def is_better(self, one: str, other: str) -> bool:
        """Whether one is shown better than another; False of a pair that was not compared."""
        return self._find_verdict(one, other) == "better"

    def is_worse(self, one: str, other: str) -> bool:
        """Whether one is shown worse than another."""
        return self._find_verdict(one, other) == "worse"

    def is_within_margin(self, one: str, other: str) -> bool:
        """Whether a loss is less than the margin by the interval that is simultaneous over all pairs."""
        found = self.found.get((one, other)) or self.found.get((other, one))
        if found is None or found.shown.low is None or found.shown.high is None:
            return False
        mirror = self.sign if (one, other) in self.found else -self.sign
        return min(mirror * found.shown.low, mirror * found.shown.high) >= -self.margin

    def is_tied(self, one: str, best: str) -> bool:
        """Whether one is not shown worse than the best, or by less than the margin."""
        return one == best or not self.is_worse(one, best) or self.is_within_margin(one, best)

    def _find_verdict(self, one: str, other: str) -> str:
        if (one, other) in self.found:
            return self.found[one, other].verdict
        mirror = self.found.get((other, one))
        return "" if mirror is None else MIRRORED.get(mirror.verdict, mirror.verdict)
