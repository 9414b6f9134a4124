"""One error budget for all the guardrails of a rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum, isfinite
from types import MappingProxyType

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class AlphaLedger:
    """What may be spent on false alarms, and on what it has been spent.

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
                raise ValueError(f"{name} cannot be watched with {part}; a part is above 0")
        if fsum(self.parts.values()) > self.total * (1 + ROUNDING):
            raise ValueError(f"{fsum(self.parts.values()):g} is more than the {self.total:g} there is to spend")
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))

    @classmethod
    def split(cls, total: float, weights: Mapping[str, float]) -> AlphaLedger:
        """A ledger that is spent at once, in proportion to the weights.

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
        """What has not been spent."""
        return max(0.0, self.total - fsum(self.parts.values()))

    def take(self, name: str, alpha: float) -> tuple[AlphaLedger, float]:
        """Spend a part on a name; the ledger after that, and the part.

        Raises:
            ValueError: the name has another part already, or too little is left.
        """
        held = self.parts.get(name)
        if held is not None and held != alpha:
            raise ValueError(f"{name} has {held:g} already; a part is not changed once its watch has begun")
        if held is not None:
            return self, held
        return AlphaLedger(self.total, {**self.parts, name: alpha}), alpha
