"""A sequential test of the sample ratio: valid after every unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log
from types import MappingProxyType

import numpy as np
from scipy.special import gammaln, logsumexp

from starcase.errors import DataError

Shares = tuple[float, ...]
CONCENTRATIONS = (100.0, 1_000.0, 10_000.0, 100_000.0)
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Counts of units in each arm, by the shares that were in force.

    It holds counts alone, so shards are added with ``+`` and the order within a stage does not matter. A ramp is a new
    set of shares, and every unit is judged with the one that was in force when it was assigned.

    Args:
        counts: for each set of shares, the units that came to each arm while it was in force.

    Raises:
        DataError: shares that do not add up to 1, counts that are negative, or not one count for each share.

    Source: Lindon & Malek (2022), Anytime-valid inference for multinomial count data, NeurIPS 35: the ratio of the
    Dirichlet-multinomial to the multinomial; here a mixture of four concentrations.

    >>> seen = SampleRatio().with_units((0.5, 0.5), (5_000, 5_400))
    >>> round(seen.p_value, 5)
    0.00705
    >>> seen.sentence(alpha=0.001)
    'Sample ratio not shown to be off: 10400 units, p = 0.0071 at any look.'
    """

    counts: Mapping[Shares, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for shares, arrived in self.counts.items():
            if len(shares) != len(arrived) or len(shares) < 2:  # noqa: PLR2004
                raise DataError("each arm needs one share and one count", where=f"shares {shares}, counts {arrived}")
            if not all(share > 0 for share in shares) or abs(sum(shares) - 1) > ROUNDING:
                raise DataError("shares are positive and add up to 1", where=f"shares {shares}")
            if min(arrived) < 0:
                raise DataError("a count of units is negative", where=f"counts {arrived}")
        object.__setattr__(self, "counts", MappingProxyType(dict(self.counts)))

    def with_units(self, shares: Shares, arrived: tuple[int, ...]) -> SampleRatio:
        """Return the counts with further units that arrived while ``shares`` were in force."""
        before = self.counts.get(shares, (0,) * len(arrived))
        together = tuple(a + b for a, b in zip(before, arrived, strict=True))
        return SampleRatio({**self.counts, shares: together})

    def __add__(self, other: SampleRatio) -> SampleRatio:
        """Return the counts of both added."""
        total = self
        for shares, arrived in other.counts.items():
            total = total.with_units(shares, arrived)
        return total

    @property
    def units(self) -> int:
        """Units that arrived."""
        return sum(sum(arrived) for arrived in self.counts.values())

    @property
    def e_value(self) -> float:
        """Evidence against the shares; its expectation is 1 under them at every look."""
        logs = [
            sum(_compute_log_ratio(shares, arrived, c) for shares, arrived in self.counts.items())
            for c in CONCENTRATIONS
        ]
        return exp(min(700.0, float(logsumexp(logs)) - log(len(CONCENTRATIONS))))

    @property
    def p_value(self) -> float:
        """One over the evidence, at most 1; it is ever below alpha with probability alpha at most, at all looks."""
        return min(1.0, 1 / self.e_value)

    def sentence(self, *, alpha: float) -> str:
        """The result in one sentence."""
        said = "Sample ratio off" if self.p_value < alpha else "Sample ratio not shown to be off"
        return f"{said}: {self.units} units, p = {self.p_value:.2g} at any look."


def _compute_log_ratio(shares: Shares, arrived: tuple[int, ...], concentration: float) -> float:
    expected, seen = np.array(shares), np.array(arrived, dtype=np.float64)
    prior = concentration * expected
    rising = np.sum(gammaln(prior + seen) - gammaln(prior))
    whole = gammaln(concentration) - gammaln(concentration + seen.sum())
    return float(rising + whole - seen @ np.log(expected))
