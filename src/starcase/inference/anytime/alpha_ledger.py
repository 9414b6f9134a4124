"""One alpha budget for all guardrails of a rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum, isfinite
from types import MappingProxyType

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class AlphaLedger:
    """The alpha budget for false alarms, and the parts already allocated.

    The chance that any guard trips while all is well is at most the sum of their parts (Bonferroni), however the guards
    depend on each other. A part is bound to its name: taking it again, as after a restart, gives the same part and
    spends nothing, and it can neither be enlarged nor given back.

    Args:
        total: chance of any false alarm over the whole rollout, in (0, 1).
        parts: what has been spent so far, by name.

    Raises:
        ValueError: a total outside (0, 1), a part that is not positive, or parts beyond the total.

    >>> ledger, alpha = AlphaLedger(0.01).take("error rate", 0.004)
    >>> alpha, round(ledger.left, 3)
    (0.004, 0.006)
    >>> ledger.take("error rate", 0.004)[0] == ledger
    True
    """

    total: float
    parts: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.total < 1:
            raise ValueError(f"a budget for false alarms lies in (0, 1), not {self.total}")
        for name, part in self.parts.items():
            if not part > 0:
                raise ValueError(f"the part of alpha for {name} must be above 0, not {part}")
        if fsum(self.parts.values()) > self.total * (1 + ROUNDING):
            raise ValueError(
                f"the parts add up to {fsum(self.parts.values()):g}, more than the budget of {self.total:g}"
            )
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))

    @classmethod
    def split(cls, total: float, weights: Mapping[str, float]) -> AlphaLedger:
        """Return a ledger fully allocated in proportion to the weights.

        Raises:
            ValueError: a weight is not a positive number, or there is none.

        >>> dict(AlphaLedger.split(0.01, {"errors": 3, "latency": 1}).parts)
        {'errors': 0.0075, 'latency': 0.0025}
        """
        whole = fsum(weights.values())
        if not weights or not all(weight > 0 for weight in weights.values()) or not isfinite(whole):
            raise ValueError(f"a budget is split by positive weights, not {dict(weights)}")
        return cls(total, {name: total * weight / whole for name, weight in weights.items()})

    @property
    def left(self) -> float:
        """The part of the budget not yet allocated."""
        return max(0.0, self.total - fsum(self.parts.values()))

    def take(self, name: str, alpha: float) -> tuple[AlphaLedger, float]:
        """Allocate a part to a name; return the new ledger and the part.

        Raises:
            ValueError: the name has another part already, or too little is left.
        """
        held = self.parts.get(name)
        if held is not None and held != alpha:
            raise ValueError(f"{name} already has {held:g}; a part cannot change once its guard has started")
        if held is not None:
            return self, held
        return AlphaLedger(self.total, {**self.parts, name: alpha}), alpha
